using Halley.Protocol.Dialects.IComet;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Tests;

public class EncodedMessagesTests
{
    private static readonly Framing Chunked = Framing.Chunked;
    private static readonly Framing Plain = Framing.None;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly EncodedMessages _encoded = new();
    private readonly ICometFormat _stream = ICometFormat.Stream(Timeout);
    private readonly ICometFormat _poll = ICometFormat.Poll(Timeout);
    private readonly Message _message = new(1, "x".Utf8(), MessageTraits.None);

    [Fact]
    public void A_message_is_encoded_once_for_each_form_and_shared()
    {
        var stream = Get(_message, _stream, Chunked);
        var poll = Get(_message, _poll, Chunked);
        var plain = Get(_message, _stream, Plain);
        Assert.Same(stream, Get(_message, _stream, Chunked));
        Assert.Same(poll, Get(_message, _poll, Chunked));
        Assert.Same(plain, Get(_message, _stream, Plain));
        Assert.Equal(3, new[] { stream, poll, plain }.Distinct().Count());
        Assert.NotEqual(stream, plain);
    }

    [Fact]
    public void Another_message_is_encoded_anew()
    {
        var other = new Message(1, "y".Utf8(), MessageTraits.None);
        Assert.NotEqual(Get(_message, _stream, Plain), Get(other, _stream, Plain));
        Assert.Contains("\"y\"", Get(other, _stream, Plain).Latin1(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_handed_out_is_never_written_to_again()
    {
        var bytes = Get(_message, _stream, Plain);
        var copy = bytes.ToArray();
        Get(new Message(2, "something longer".Utf8(), MessageTraits.None), _stream, Plain);
        Assert.Equal(copy, bytes);
    }

    [Fact]
    public void An_answer_that_ends_with_its_message_has_the_last_chunk_in_it()
    {
        Assert.EndsWith("\n\r\n0\r\n\r\n", Get(_message, _poll, Chunked).Latin1(), StringComparison.Ordinal);
        Assert.EndsWith("}\n\r\n", Get(_message, _stream, Chunked).Latin1(), StringComparison.Ordinal);
        Assert.EndsWith("}\n", Get(_message, _poll, Plain).Latin1(), StringComparison.Ordinal);
    }

    [Fact]
    public void Callbacks_of_their_own_do_not_keep_the_others_from_sharing()
    {
        for (var i = 0; i < 20; i++)
        {
            Get(_message, ICometFormat.Jsonp($"f{i}".Utf8(), Timeout), Chunked);
        }

        Assert.Same(Get(_message, _stream, Chunked), Get(_message, _stream, Chunked));
    }

    [Fact]
    public void More_forms_than_there_is_room_for_are_encoded_each_time()
    {
        for (var i = 0; i < 20; i++)
        {
            var name = $"f{i}";
            var bytes = Get(_message, ICometFormat.Jsonp(name.Utf8(), Timeout), Plain);
            Assert.StartsWith(name + "({", bytes.Latin1(), StringComparison.Ordinal);
        }

        Assert.StartsWith("{", Get(_message, _stream, Plain).Latin1(), StringComparison.Ordinal);
    }

    private byte[] Get(Message message, ICometFormat format, Framing framing) =>
        _encoded.Get(message, new("a"u8, 1), format, framing);
}
