using System.Text;
using Halley.Load.Clients;
using Halley.Load.Native;
using Halley.Load.Wire;

namespace Halley.Load.Tests;

/// <summary>Subscribers of every transport, against a server that follows a script.</summary>
public sealed class SwarmTests
{
    private const int Run = 0x77;
    private const string Ok = "HTTP/1.1 200 OK\r\n";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void A_stream_is_read_across_chunks_that_cut_a_message()
    {
        var (first, second) = (Written(1)[..30], Written(1)[30..] + "\"}\n");
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.ReadHead();
            await peer.Send(ScriptedPeer.Stream
                + ScriptedPeer.Chunk("{\"type\":\"data\",\"seq\":1,\"content\":\"" + first)
                + ScriptedPeer.Chunk(second));
            await peer.Send(ScriptedPeer.Chunk($"{{\"type\":\"data\",\"seq\":2,\"content\":\"{Written(2)}\"}}\n"));
        });

        AssertDelivers(peer, Transport.Stream, messages: 2);
    }

    [Fact]
    public void Who_comes_back_to_a_stream_asks_for_the_next_message()
    {
        using var peer = new ScriptedPeer(
            async peer =>
            {
                Assert.Contains("&seq=1 ", await peer.ReadHead(), StringComparison.Ordinal);
                await peer.Send(
                    ScriptedPeer.Stream + ScriptedPeer.Chunk(
                        $"{{\"type\":\"data\",\"seq\":41,\"content\":\"{Written(1)}\"}}\n"));
            },
            async peer =>
            {
                Assert.Contains("&seq=42 ", await peer.ReadHead(), StringComparison.Ordinal);
                await peer.Send(
                    ScriptedPeer.Stream + ScriptedPeer.Chunk(
                        $"{{\"type\":\"data\",\"seq\":42,\"content\":\"{Written(2)}\"}}\n"));
            });

        AssertDelivers(peer, Transport.Stream, messages: 2, returnAfter: 1);
    }

    [Fact]
    public void Who_comes_back_to_an_event_stream_says_its_last_event()
    {
        using var peer = new ScriptedPeer(
            async peer =>
            {
                Assert.DoesNotContain("Last-Event-ID", await peer.ReadHead(), StringComparison.Ordinal);
                await peer.Send(ScriptedPeer.Stream + ScriptedPeer.Chunk($"id: e7\ndata: {Written(1)}\n\n"));
            },
            async peer =>
            {
                Assert.Contains("\r\nLast-Event-ID: e7\r\n", await peer.ReadHead(), StringComparison.Ordinal);
                await peer.Send(ScriptedPeer.Stream + ScriptedPeer.Chunk($"data: {Written(2)}\nid: e8\n\n"));
            });

        AssertDelivers(peer, Transport.Sse, messages: 2, returnAfter: 1);
    }

    [Fact]
    public void A_poll_asks_again_from_where_the_answer_says()
    {
        using var peer = new ScriptedPeer(
            async peer =>
            {
                await peer.ReadHead();
                await peer.Send(
                    $"{Ok}Content-Length: 100\r\nLast-Modified: Sun, 22 Nov 2026 08:00:00 GMT\r\nEtag: 3\r\n\r\n"
                        + $"{Written(1)}");
                var again = await peer.ReadHead();
                Assert.Contains(
                    "\r\nIf-Modified-Since: Sun, 22 Nov 2026 08:00:00 GMT\r\nIf-None-Match: 3\r\n",
                    again,
                    StringComparison.Ordinal);
                await peer.Send($"{Ok}Content-Length: 100\r\nConnection: close\r\n\r\n{Written(2)}");
            },
            async peer =>
            {
                await peer.ReadHead();    // on a new connection, since the other was to be closed
                await peer.Send($"{Ok}Content-Length: 100\r\n\r\n{Written(3)}");
            });

        AssertDelivers(peer, Transport.Poll, messages: 3);
    }

    [Fact]
    public void A_WebSocket_is_read_and_its_pings_are_answered()
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.AcceptWebSocket();
            await peer.SendFrame(0x89, "are you there");
            Assert.Equal((0x8A, "are you there"), await peer.ReadFrame());
            await peer.SendFrame(0x81, $"{{\"content\":\"{Written(1)}\"}}");
        });

        AssertDelivers(peer, Transport.WebSocket, messages: 1);
    }

    [Fact]
    public void SignalR_is_shaken_hands_with_before_a_subscriber_counts()
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.AcceptWebSocket();
            Assert.Equal((0x81, "{\"protocol\":\"json\",\"version\":1}\u001e"), await peer.ReadFrame());
            await peer.SendFrame(0x81, "{}\u001e");
            Assert.Equal((0x81, "join test0\u001e"), await peer.ReadFrame());
            await peer.SendFrame(0x81, "{\"type\":6}\u001e");
            await peer.SendFrame(0x81, $"{{\"type\":1,\"target\":\"m\",\"arguments\":[\"{Written(1)}\"]}}\u001e");
        });

        AssertDelivers(peer, Transport.SignalR, messages: 1, hello: "join {channel}");
    }

    [Fact]
    public void Socket_IO_is_opened_connected_and_its_pings_are_answered()
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.AcceptWebSocket();
            await peer.SendFrame(0x81, "0{\"sid\":\"a\",\"pingInterval\":25000}");
            Assert.Equal((0x81, "40"), await peer.ReadFrame());
            await peer.SendFrame(0x81, "40{\"sid\":\"b\"}");
            Assert.Equal((0x81, "42[\"subscribe\",\"test0\"]"), await peer.ReadFrame());
            await peer.SendFrame(0x81, "2");
            Assert.Equal((0x81, "3"), await peer.ReadFrame());
            await peer.SendFrame(0x81, $"42[\"message\",\"{Written(1)}\"]");
        });

        AssertDelivers(peer, Transport.SocketIo, messages: 1, hello: "42[\"subscribe\",\"{channel}\"]");
    }

    [Fact]
    public void A_message_of_another_channel_is_damage()
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.ReadHead();
            await peer.Send(
                ScriptedPeer.Stream + ScriptedPeer.Chunk(Written(1, channel: 5) + "\n") + ScriptedPeer.Chunk(
                    Written(1) + "\n"));
        });
        using var poller = new Poller();
        using var swarm = new Swarm(poller, PlanFor(peer, Transport.Stream, hello: ""));
        swarm.OpenUpTo(1);

        Assert.True(poller.RunUntil(() => swarm.Check.Delivered == 1, Patience));
        Assert.Equal(DeliveryErrors.None with { Damaged = 1 }, swarm.Check.Errors);
    }

    [Fact]
    public void A_connection_that_the_server_ends_is_counted()
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.ReadHead();
            await peer.Send(ScriptedPeer.Stream);
            peer.Close();
        });
        using var poller = new Poller();
        using var swarm = new Swarm(poller, PlanFor(peer, Transport.Stream, hello: ""));
        swarm.OpenUpTo(1);

        Assert.True(poller.RunUntil(() => swarm.Check.Errors.Ended == 1, Patience));
        Assert.Equal((0, 0), (swarm.Held, swarm.Connected));
    }

    [Theory]
    [InlineData("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 8\r\n\r\nno more\n", "429", "no more")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nrefused!\n", "refused", "refused!")]
    [InlineData("SSH-2.0-OpenSSH_9.2p1 Debian\r\n\r\n", "status 0", "refused")]
    public void A_refusal_is_told_in_the_servers_words(string answer, params string[] words)
    {
        using var peer = new ScriptedPeer(async peer =>
        {
            await peer.ReadHead();
            await peer.Send(answer);
        });
        using var poller = new Poller();
        using var swarm = new Swarm(poller, PlanFor(peer, Transport.Stream, hello: "") with { Refusal = "refused" });

        var said = Assert.Throws<LoadException>(() =>
        {
            swarm.OpenUpTo(1);
            poller.RunUntil(() => false, Patience);
        }).Message;
        Assert.All(words, word => Assert.Contains(word, said, StringComparison.Ordinal));
    }

    [Fact]
    public void Where_nothing_listens_the_sentence_says_so()
    {
        string address;
        using (var peer = new ScriptedPeer())
        {
            address = peer.Address;
        }

        using var poller = new Poller();
        using var swarm = new Swarm(poller, PlanFor(address, Transport.Stream, hello: ""));

        Assert.Equal(
            $"Nothing listens on {address}: start the server first, or say where it is",
            Assert.Throws<LoadException>(() => swarm.OpenUpTo(1)).Message);
    }

    private static void AssertDelivers(
        ScriptedPeer peer, Transport transport, int messages, int returnAfter = 0, string hello = "")
    {
        using var poller = new Poller();
        using var swarm = new Swarm(poller, PlanFor(peer, transport, hello));
        swarm.OpenUpTo(1);
        if (returnAfter > 0)
        {
            Assert.True(poller.RunUntil(() => swarm.Check.Delivered == returnAfter || peer.HasFailed, Patience));
            swarm.Leave(0);
            swarm.Return([0]);
        }

        Assert.True(poller.RunUntil(() => swarm.Check.Delivered == messages || peer.HasFailed, Patience));
        swarm.Check.ExpectUpTo(0, isToEverybody: false, messages);
        Assert.False(peer.HasFailed);
        Assert.Equal(DeliveryErrors.None, swarm.Check.Errors);
        Assert.Equal(messages, swarm.Latencies.Count);
    }

    private static SubscriptionPlan PlanFor(ScriptedPeer peer, Transport transport, string hello) =>
        PlanFor(peer.Address, transport, hello);

    private static SubscriptionPlan PlanFor(string address, Transport transport, string hello) => new()
    {
        Subscribe = $"http://{address}/sub?cname={{channel}}&seq={{seq}}",
        Transport = transport,
        Hello = hello,
        IsHeldAtHead = false,
        ChannelPrefix = "test",
        Channels = 1,
        Count = 1,
        PayloadSize = 100,
        Run = Run,
    };

    private static string Written(int number, int channel = 0)
    {
        var bytes = new byte[100];
        new Payload(100, Run).Write(channel, number, System.Diagnostics.Stopwatch.GetTimestamp(), bytes);
        return Encoding.ASCII.GetString(bytes);
    }
}
