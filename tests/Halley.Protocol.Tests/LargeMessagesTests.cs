using System.Text;
using FsCheck.Fluent;
using Halley.Protocol.Dialects.IComet;
using Halley.Protocol.Dialects.Nchan;
using Halley.Protocol.Dialects.PushStream;
using Halley.Protocol.Http;
using Halley.Protocol.Positions;
using Halley.Protocol.Transports;
using Halley.Testing.Properties;
using PollFormat = Halley.Protocol.Dialects.PushStream.PollFormat;

namespace Halley.Protocol.Tests;

/// <summary>
/// What of an answer is its subscriber's alone, and what it has in common with others, who have a callback or a
/// boundary of their own.
/// </summary>
public class LargeMessagesTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private static readonly EventFormat NchanEvents = new(new NchanOptions());

    private static readonly TemplateWriter Writer = new(
        "<head>"u8.ToArray(), "[~id~ ~channel~ ~text~]"u8, "<foot>"u8.ToArray(), [], isUtf8: false);

    private static readonly StreamFormat Templates = new(Writer, Padding.None, new EndpointOptions(), []);

    private static readonly StreamFormat PaddedTemplates = new(
        Writer, PaddingOf("x,20000,20000"), new EndpointOptions(), []);

    private static readonly StreamFormat Events = new(
        new EventWriter([], "[~text~]"u8, []), Padding.None, new EndpointOptions(), []);

    private static readonly PollPlace Place =
        new(Writer, Writer, new HeadMaker(null, ""), "text/plain", "text/plain", null, false, [], TimeProvider.System);

    private static readonly Dictionary<string, Func<TransportFormat>> Formats = new()
    {
        ["poll"] = () => ICometFormat.Poll(Timeout),
        ["jsonp"] = () => ICometFormat.Jsonp("f"u8, Timeout),
        ["another jsonp"] = () => ICometFormat.Jsonp("window.another_one[0]"u8, Timeout),
        ["stream"] = () => ICometFormat.Stream(Timeout),
        ["sse"] = () => ICometFormat.ServerSentEvents(Timeout),
        ["iframe"] = () => ICometFormat.Iframe(Timeout),
        ["positions in a script"] = () => new PositionFormat(ObjectPieces.Jsonp("f"u8), Timeout),
        ["nchan multipart"] = () => new MultipartFormat(null),
        ["nchan chunks"] = () => new PlainStreamFormat(null, []),
        ["nchan raw"] = () => new PlainStreamFormat(null, "\n"u8.ToArray()),
        ["nchan events"] = () => NchanEvents,
        ["push-stream"] = () => Templates,
        ["push-stream padded"] = () => PaddedTemplates,
        ["push-stream events"] = () => Events,
        ["push-stream callback"] = () => CallbackPoll("f"),
        ["another push-stream callback"] = () => CallbackPoll("g.h"),
    };

    public static TheoryData<string> Names => [.. Formats.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_large_message_is_in_memory_once_for_all_who_are_told_it_the_same_way(string name)
    {
        var message = NewMessage(1, 100_000, '"');
        var (one, other) = (Sharing(), Sharing());
        Formats[name]().WriteMessage(new("a"u8, 1), message, Framing.Chunked, one);
        Formats[name]().WriteMessage(new("a"u8, 1), message, Framing.Chunked, other);

        Assert.Same(Assert.Single(one.Shared).Bytes, Assert.Single(other.Shared).Bytes);
        Assert.InRange(one.Length, 1, 1_000);
    }

    [Fact]
    public void Callbacks_share_what_stands_in_their_brackets()
    {
        var message = NewMessage(1, 100_000, '<');
        var (one, other, iframe) = (Sharing(), Sharing(), Sharing());
        ICometFormat.Jsonp("f"u8, Timeout).WriteMessage(new("a"u8, 1), message, Framing.Chunked, one);
        ICometFormat.Jsonp("g"u8, Timeout).WriteMissed(new("a"u8, 1), [message], Framing.None, other);
        ICometFormat.Iframe(Timeout).WriteMessage(new("a"u8, 1), message, Framing.Chunked, iframe);

        Assert.Same(Assert.Single(one.Shared).Bytes, Assert.Single(other.Shared).Bytes);
        Assert.Same(Assert.Single(one.Shared).Bytes, Assert.Single(iframe.Shared).Bytes);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void What_is_shared_reads_as_what_is_copied(string name)
    {
        var sizes = Any.ListOf(Gen.Elements(0, 1, 100, LargeMessages.Least - 1, LargeMessages.Least, 5_000, 70_000));
        var framings = new[] { Framing.None, Framing.Chunked, Framing.WebSocket };
        Claim.Holds(
            sizes,
            list =>
            {
                foreach (var framing in framings)
                {
                    var format = Formats[name]();
                    var (sharing, copying) = (Sharing(), new ByteBuffer());
                    for (var i = 0; i < list.Count; i++)
                    {
                        var message = NewMessage(i + 1, list[i], (char)('a' + (i % 26)));
                        format.WriteMessage(new("a"u8, 1), message, framing, sharing);
                        format.WriteMessage(new("a"u8, 1), message, framing, copying);
                    }

                    Assert.Equal(copying.Written, Whole(sharing));
                    Assert.Equal(copying.Length, sharing.Length + sharing.SharedLength);
                }
            },
            times: 20);
    }

    [Fact]
    public void What_a_poll_missed_is_one_chunk_whose_length_counts_what_is_shared()
    {
        Message[] missed = [NewMessage(1, 5_000, 'a'), NewMessage(2, 3, 'b'), NewMessage(3, 70_000, 'c')];
        var (sharing, copying) = (Sharing(), new ByteBuffer());
        ICometFormat.Poll(Timeout).WriteMissed(new("a"u8, 1), missed, Framing.Chunked, sharing);
        ICometFormat.Poll(Timeout).WriteMissed(new("a"u8, 1), missed, Framing.Chunked, copying);

        Assert.Equal(copying.Written, Whole(sharing));
        Assert.Equal(2, sharing.Shared.Count);
    }

    [Fact]
    public void Small_messages_are_copied()
    {
        var output = Sharing();
        ICometFormat.Stream(Timeout).WriteMessage(new("a"u8, 1), NewMessage(1, 100, 'x'), Framing.Chunked, output);
        Assert.Empty(output.Shared);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_client_that_missed_many_messages_of_some_size_has_little_of_its_own(string name)
    {
        Message[] missed = [.. Enumerable.Range(1, 1_000).Select(i => NewMessage(i, 1_000, '"'))];
        var (one, other, copying) = (Sharing(), Sharing(), new ByteBuffer());
        var format = Formats[name]();
        foreach (var output in new[] { one, other, copying })
        {
            foreach (var message in missed)
            {
                format.WriteMessage(new("a"u8, 1), message, Framing.Chunked, output);
            }
        }

        Assert.Equal(copying.Written, Whole(one));
        Assert.InRange(one.Length, 1, LargeMessages.FewOwn + (150 * missed.Length));
        Assert.Equal(one.Shared.Select(shared => shared.Bytes), other.Shared.Select(shared => shared.Bytes));
        Assert.Same(one.Shared[^1].Bytes, other.Shared[^1].Bytes);
    }

    [Fact]
    public void A_form_that_changes_nothing_is_the_message_itself()
    {
        var (message, output) = (NewMessage(1, 100_000, 'x'), Sharing());
        ICometFormat.Stream(Timeout).WriteMessage(new("a"u8, 1), message, Framing.Chunked, output);
        Assert.Same(message.SharedPayload, Assert.Single(output.Shared).Bytes);
    }

    [Fact]
    public void What_is_told_and_large_is_let_go_when_there_is_nothing_to_tell()
    {
        var encoded = new EncodedMessages();
        var (bytes, message) = Encode(encoded);
        encoded.Rest();
        GC.Collect();
        Assert.False(bytes.TryGetTarget(out _));
        GC.KeepAlive(message);
    }

    // A frame of its own, so that nothing is kept on the stack.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static (WeakReference<byte[]> Bytes, Message Message) Encode(EncodedMessages encoded)
    {
        var message = NewMessage(1, 1 << 20, 'x');
        return (
            new WeakReference<byte[]>(
                encoded.Get(message, new("a"u8, 1), ICometFormat.Stream(Timeout), Framing.Chunked)),
            message);
    }

    private static Padding PaddingOf(string text)
    {
        Assert.True(PaddingRules.TryParse(text, out var rules, out _));
        return rules.Paddings(20_000).First();
    }

    private static ByteBuffer Sharing() => new() { CanShare = true };

    private static Message NewMessage(long offset, int size, char text) =>
        new(offset, Encoding.ASCII.GetBytes(new string(text, size)), MessageTraits.None);

    private static PollFormat CallbackPoll(string callback) => new(Place, [], Encoding.ASCII.GetBytes(callback), null);

    private static byte[] Whole(ByteBuffer output)
    {
        var whole = new List<byte>();
        var from = 0;
        foreach (var (at, bytes) in output.Shared)
        {
            whole.AddRange(output.Written[from..at]);
            whole.AddRange(bytes);
            from = at;
        }

        whole.AddRange(output.Written[from..]);
        return [.. whole];
    }
}
