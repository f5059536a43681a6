using System.Text;
using Halley.Nodes.Frames;
using Halley.Nodes.Links;
using Halley.Nodes.Tests.Simulation;
using Halley.Protocol;
using Halley.Protocol.Links;

namespace Halley.Nodes.Tests;

/// <summary>Who dials a node and is none of them gets nothing; what does not fit ends the link, and nothing else.</summary>
public sealed class LinkTests
{
    private static readonly byte[] Nonce = new byte[Authentication.NonceBytes];

    [Fact]
    public void Who_does_not_know_the_key_is_refused_and_nothing_it_says_is_done()
    {
        using var world = Words.Serving();
        var link = Dial(world);
        Greet(link, "b", version: 1);
        link.Receive(Framed(new Proof(new byte[32], "x"u8)));
        link.Receive(Framed(new Request(1, Protocol.Http.RequestMethod.Get, true, "/push?cname=x&content=y"u8, default)));
        world.Settle();

        Assert.Equal("it was refused", link.WhyEnded);
        Assert.Equal(0, world["a"].Hub.ChannelCount);
    }

    [Theory]
    [InlineData("b", 2, "this node speaks version 1 of its links; run the same release on all nodes")]
    [InlineData("x", 1, "a does not list x as another node; add it to nodes.list there")]
    [InlineData("a", 1, "a does not list a as another node; add it to nodes.list there")]
    [InlineData("\u0001\n", 1, "a does not list that as another node; add it to nodes.list there")]
    public void A_greeting_that_does_not_fit_is_answered_with_why(string name, byte version, string why)
    {
        using var world = Words.Serving();
        var link = Dial(world);
        Greet(link, name, version);

        Assert.Contains(why, Encoding.UTF8.GetString(link.TakePending()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_proof_is_good_for_one_link_one_side_and_one_pair_of_nodes()
    {
        var key = "0123456789abcdef"u8;
        byte[] other = [.. Nonce[..31], 1];
        Authentication.Identity from = new("a"u8, 1, Nonce), to = new("b"u8, 2, other);
        var proof = Authentication.Prove(key, Authentication.Dialler, from, to);

        Assert.True(Authentication.Verify(proof, key, Authentication.Dialler, from, to));
        Assert.False(Authentication.Verify(proof, key, Authentication.Dialled, from, to));
        Assert.False(Authentication.Verify(proof, key, Authentication.Dialler, to, from));
        Assert.False(Authentication.Verify(proof, key, Authentication.Dialler, new("a"u8, 3, Nonce), to));
        Assert.False(Authentication.Verify(proof, key, Authentication.Dialler, new("a"u8, 1, other), to));
        Assert.False(Authentication.Verify(proof, key, Authentication.Dialler, new("c"u8, 1, Nonce), to));
        Assert.False(Authentication.Verify(proof, "0123456789abcdeg"u8, Authentication.Dialler, from, to));
        Assert.False(Authentication.Verify(proof.AsSpan(0, 31), key, Authentication.Dialler, from, to));
    }

    [Fact]
    public void Who_says_nothing_is_sent_away()
    {
        using var world = Words.Serving();
        var link = Dial(world);
        world.Run(2.5);

        Assert.Equal("the handshake takes too long", link.WhyEnded);
    }

    [Fact]
    public void Who_dials_again_and_again_is_sent_away_before_the_memory_is_full()
    {
        using var world = Words.Serving();
        var links = Enumerable.Range(0, 300).Select(_ => Dial(world)).ToList();

        Assert.Equal(256, links.Count(link => link.WhyEnded is null));
        Assert.Equal("too many have not shown that they know the key", links[^1].WhyEnded);
    }

    [Fact]
    public void A_long_frame_is_taken_only_from_who_has_shown_that_it_knows_the_key()
    {
        using var world = Words.Serving();
        var link = Dial(world);
        link.Receive(BitConverter.GetBytes(1025));

        Assert.Equal("a wrong length", link.WhyEnded);
    }

    [Theory]
    [InlineData(20_000)]
    public void Whatever_comes_over_a_link_ends_at_most_that_link(int inputs)
    {
        using var world = Words.Serving();
        byte[][] good =
        [
            Framed(new Hello(1, 5, Nonce, "b"u8)), Framed(new Proof(new byte[32], "x"u8)), Framed(new Ping(1)), Framed(new GivenUp(1, 2, true)), Framed(new Announcement(NodeStage.Serving)),
            Framed(new Request(1, Protocol.Http.RequestMethod.Get, true, "/push?cname=x&content=y"u8, default)), Framed(new Challenge(1, Nonce, new byte[32], "b"u8)),
            Framed(new Refusal("no"u8)), Framed(new Pong(1, NodeStage.Serving, 1, 2, 3)), Framed(new Answer(1, "\u0000"u8, "x"u8)), Framed(new Misdirected(1)),
        ];
        for (var seed = 0; seed < inputs; seed++)
        {
            var chance = new Random(seed);
            var bytes = Enumerable.Range(0, chance.Next(1, 4)).SelectMany(_ => good[chance.Next(good.Length)]).ToArray();
            for (var faults = chance.Next(4); faults > 0; faults--)
            {
                bytes[chance.Next(bytes.Length)] = (byte)chance.Next(256);
            }

            // The first half to a node as from one that dialled; the other half to what a node has dialled, or as from one that is known.
            var link = Dial(world, dialled: seed % 3 == 1, known: seed % 3 == 2);
            var error = Record.Exception(() => link.Receive(bytes));
            Assert.True(error is null, $"seed {seed}: {Convert.ToHexString(bytes)}\n{error}");
            link.End("over");
            if (seed % 50 == 0)
            {
                world.Settle();
            }
        }
    }

    private static SimLink Dial(SimWorld world, bool dialled = false, bool known = false)
    {
        var node = world["a"];
        var link = new SimLink(node.NextDispatcher(), node.Cluster.LinkOptions) { Owner = node, Peer = node };
        if (dialled)
        {
            var peer = new Peer(node.Cluster.Members.List.Others.First(), node.Cluster);
            link.HeardBy(new PeerLink(new Lane(peer, node.Cluster, link.Dispatcher, isFirst: true), node.Cluster, link));
            return link;
        }

        link.HeardBy(node.Cluster.Accept(link));
        if (known)
        {
            Greet(link, "b", version: 1);
            Assert.True(TryProve(link));
        }

        return link;
    }

    private static void Greet(SimLink link, string name, byte version) => link.Receive(Framed(new Hello(version, 5, Nonce, Encoding.UTF8.GetBytes(name))));

    private static bool TryProve(SimLink link)
    {
        var reader = new FrameReader(link.TakePending().AsSpan(FrameCutter.LengthBytes));
        Assert.Equal(FrameType.Challenge, (FrameType)reader.ReadByte());
        var challenge = Challenge.Read(ref reader);
        Authentication.Identity from = new("b"u8, 5, Nonce), to = new(challenge.Name, challenge.Incarnation, challenge.Nonce);
        link.Receive(Framed(new Proof(Authentication.Prove(SimWorld.Options.Key, Authentication.Dialler, from, to), "x"u8)));
        link.Receive(Framed(new Ping(1)));
        return link.TakePending().Length > 0;
    }

    private static byte[] Framed<T>(scoped in T frame)
        where T : struct, IFrame, allows ref struct
    {
        var output = new ByteBuffer();
        output.Skip(FrameCutter.LengthBytes);
        frame.Write(output);
        BitConverter.TryWriteBytes(output.Span(0), output.Length - FrameCutter.LengthBytes);
        return output.Written.ToArray();
    }
}
