using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using FsCheck;
using FsCheck.Fluent;
using Halley.Protocol.Dialects.IComet;
using Halley.Protocol.Dialects.MiniComet;
using Halley.Protocol.Dialects.Nchan;
using Halley.Protocol.Dialects.PushStream;
using Halley.Protocol.Http;
using Halley.Protocol.Positions;
using Halley.Protocol.Tests.PushStream;
using Halley.Protocol.WebSockets;
using Halley.Testing.Properties;

namespace Halley.Protocol.Tests;

/// <summary>
/// Whatever bytes are published to whatever channel, a transport that is text is UTF-8, and a real reader gets back
/// what was published, with U+FFFD for what is not UTF-8.
/// </summary>
public class TextFormatProperties
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);
    private static readonly Framing[] Framings = [Framing.None, Framing.Chunked, Framing.WebSocket];

    private static readonly Arbitrary<(byte[] Name, byte[] Payload)> AnyMessage =
        (from name in Any.Bytes.Generator from payload in Any.Bytes.Generator select (name, payload)).ToArbitrary();

    [Fact]
    public void Every_object_of_iComet_can_be_parsed_and_says_what_was_published() => Claim.Holds(AnyMessage, sent =>
    {
        var (name, payload) = (TextOf(sent.Name), TextOf(sent.Payload));
        foreach (var framing in Framings)
        {
            foreach (var (format, before, after) in ICometFormats(framing))
            {
                var written = Unframed(
                    output => format.WriteMessage(new(sent.Name, 7), NewMessage(sent.Payload), framing, output),
                    framing);
                var json =
                    JsonDocument.Parse(
                        written[(written.IndexOf(before, StringComparison.Ordinal) + before.Length)..^after.Length])
                        .RootElement;
                Assert.Equal(name, json.GetProperty("cname").GetString());
                Assert.Equal(payload, json.GetProperty("content").GetString());

                var heartbeat = Unframed(
                    output => format.WriteHeartbeat(new(sent.Name, 7), 3, 1, framing, output), framing);
                Assert.Equal(
                    name, JsonDocument.Parse(heartbeat[before.Length..^after.Length])
                        .RootElement.GetProperty("cname")
                        .GetString());
                Unframed(
                    output => format.WriteEnd(
                        sent.Name, new Ending(CloseReason.ChannelClosed, default), isLast: true, framing, output),
                    framing);
                if (format is not ICometFormat icomet)
                {
                    continue;
                }

                Unframed(
                    output => icomet.WriteMissed(
                        new(sent.Name, 7), [NewMessage(sent.Payload), NewMessage(sent.Payload)], framing, output),
                    framing,
                    isMany: true);
            }
        }
    });

    [Fact]
    public void Every_line_of_the_smallest_server_is_text() => Claim.Holds(AnyMessage, sent =>
    {
        var line = Unframed(
            output => LineFormat.Instance.WriteMessage(
                new(sent.Name, 7), NewMessage(sent.Payload), Framing.Chunked, output),
            Framing.Chunked);
        var rest = Encoding.UTF8.GetBytes(line["{type: \"data\", id: ".Length..]);
        Assert.Equal(TextOf(sent.Name), ReadString(ref rest));
        Assert.Equal(", content: "u8, rest.AsSpan(0, 11));
        rest = rest[11..];
        Assert.Equal(TextOf(sent.Payload), ReadString(ref rest));
        Assert.Equal("}\n"u8, rest);
    });

    [Fact]
    public void Every_event_of_nchan_is_text_and_its_data_is_what_was_published() => Claim.Holds(AnyMessage, sent =>
    {
        var format = new EventFormat(new NchanOptions());
        var labels = new MessageLabels(null, sent.Name, null);
        foreach (var framing in Framings[..2])
        {
            var written = Unframed(
                output => format.WriteMessage(new("a"u8, 1), NewMessage(sent.Payload, labels), framing, output),
                framing);
            var data = written.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)).Select(
                line => line["data: ".Length..]);
            var lines = TextOf(sent.Payload).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
            Assert.Equal(lines, string.Join('\n', data));
        }
    });

    [Fact]
    public void A_text_message_of_nchan_is_text_and_what_is_none_comes_as_it_is() => Claim.Holds(AnyMessage, sent =>
    {
        for (var turn = 0; turn < 2; turn++)
        {
            var output = new ByteBuffer();
            new SocketFormat(new NchanOptions(), isMeta: turn > 0, new Deaf()).WriteMessage(
                new("a"u8, 1),
                NewMessage(sent.Payload, new MessageLabels(null, null, sent.Name)),
                Framing.WebSocket,
                output);
            var (opcode, content) = FrameOf(output.Written);
            Assert.True(opcode == 2 || Utf8.IsValid(content));
            Assert.True(content.AsSpan().EndsWith(sent.Payload));
        }
    });

    [Fact]
    public void Event_streams_scripts_JSON_and_WebSockets_of_push_stream_are_text_and_other_streams_have_the_bytes() =>
        Claim.Holds(
            AnyMessage,
            sent =>
            {
                var name = string.Concat(
                    sent.Name.Where(
                        value => value is not (0 or (byte)'/' or (byte)'*' or (byte)'\r' or (byte)'\n')).Select(
                        value => $"%{value:X2}"));
                if (sent.Payload.Length == 0)
                {
                    return;
                }

                name = $"c{name}c";

                const string Template = "{\"channel\":\"~channel~\",\"text\":\"~text~\",\"id\":\"~event-id~\"}";
                foreach (var (kind, type, fields, isText) in new[]
                {
                    (PushStreamKind.EventSource, "text/plain", "", true),
                    (PushStreamKind.WebSocket, "text/plain", RawHandshake, true),
                    (PushStreamKind.Streaming, "application/json", "", true),
                    (PushStreamKind.Streaming, "text/plain", "", false),
                })
                {
                    using var node = new PushStreamNode(
                        new EndpointOptions { Kind = kind, DefaultType = type, MessageTemplate = Template });
                    var subscriber = node.Ask("/sub/" + name, fields: fields);
                    node.Ask("POST /pub?id=" + name, sent.Payload.Latin1(), "Event-Id: \u00ff\u00e2\u0080");
                    var told = kind == PushStreamKind.WebSocket
                        ? FrameOf(subscriber.BodyBytes).Content
                        : subscriber.BodyBytes;
                    Assert.NotEmpty(told);
                    Assert.True(
                        isText ? Utf8.IsValid(told) : told.AsSpan().IndexOf(sent.Payload) >= 0,
                        $"{kind} {type}: {Convert.ToHexString(told)} for {Convert.ToHexString(sent.Payload)}");
                }

                using var polled = new PushStreamNode(
                    new EndpointOptions { Kind = PushStreamKind.Polling, MessageTemplate = Template });
                polled.Ask("POST /pub?id=" + name, sent.Payload.Latin1());
                Assert.True(Utf8.IsValid(polled.Ask($"/sub/{name}.b1?callback=f").BodyBytes));
            },
            times: 50);

    private const string RawHandshake =
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            + "Sec-WebSocket-Version: 13";

    private static IEnumerable<(ObjectFormat Format, string Before, string After)> ICometFormats(Framing framing)
    {
        (ObjectFormat Format, string Before, string After)[] formats = framing.IsWebSocket
            ? [(ICometFormat.WebSocket(Timeout), "", "")]
            :
            [
                (ICometFormat.Poll(Timeout), "", "\n"), (ICometFormat.Jsonp("f"u8, Timeout), "f(", ");\n"), (
                    ICometFormat.Stream(Timeout), "", "\n"),
                (ICometFormat.ServerSentEvents(Timeout), "data: ", "\n\n"), (
                    ICometFormat.Iframe(Timeout), "<script>parent.icomet_cb(", ");</script>\n"),
            ];
        return formats.Concat(
            formats.Select(
                pair => ((ObjectFormat)new PositionFormat(pair.Format.Pieces, Timeout), pair.Before, pair.After)));
    }

    // What the one piece holds that was written: UTF-8, or it is not let pass.
    private static string Unframed(Action<ByteBuffer> write, Framing framing, bool isMany = false)
    {
        var output = new ByteBuffer();
        write(output);
        Assert.True(framing.IsWebSocket || Utf8.IsValid(output.Written));
        if (framing.IsWebSocket && output.Length > 0 && !isMany)
        {
            var (opcode, content) = FrameOf(output.Written);
            Assert.Equal(1, opcode);
            Assert.True(Utf8.IsValid(content));
            return Encoding.UTF8.GetString(content);
        }

        var text = Encoding.UTF8.GetString(output.Written);
        return framing == Framing.Chunked && text.Length > 0
            ? text[(text.IndexOf('\n', StringComparison.Ordinal) + 1)..^2]
            : text;
    }

    private static (int Opcode, byte[] Content) FrameOf(ReadOnlySpan<byte> frame) =>
        (frame[0] & 0xF, frame[(frame[1] switch { 126 => 4, 127 => 10, _ => 2 })..].ToArray());

    // A JSON string at the front.
    private static string? ReadString(ref byte[] rest)
    {
        var reader = new Utf8JsonReader(rest, isFinalBlock: false, default);
        Assert.True(reader.Read());
        rest = rest[(int)reader.BytesConsumed..];
        return reader.GetString();
    }

    private static string TextOf(byte[] bytes) => Encoding.UTF8.GetString(bytes);

    private static Message NewMessage(byte[] payload, MessageLabels? labels = null) =>
        new(1, payload, MessageTraits.None, new MessageStamp(1000, 0), labels);

    private sealed class Deaf : IWebSocketReceiver
    {
        public void OnText(ReadOnlySpan<byte> text, IExchange exchange)
        {
        }
    }
}
