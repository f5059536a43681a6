using System.Text;
using Halley.Protocol.Dialects.Centrifugo.Wire;

namespace Halley.Protocol.Tests.Centrifugo;

/// <summary>What the protocol looks like on the wire, and what is refused.</summary>
public class WireTests
{
    [Fact]
    public void Every_field_that_is_read_is_written()
    {
        HasAllFields<EmulationRequest>();
        HasAllFields<WireError>();
        HasAllFields<ClientInfo>();
        HasAllFields<WirePublication>();
        HasAllFields<FilterNode>();
        HasAllFields<ConnectRequest>();
        HasAllFields<SubscribeRequest>();
        HasAllFields<PublishRequest>();
        HasAllFields<RpcRequest>();
        HasAllFields<HistoryRequest>();
        HasAllFields<SubRefreshRequest>();
        HasAllFields<ConnectResult>();
        HasAllFields<SubscribeResult>();
        HasAllFields<PresenceStatsResult>();
        HasAllFields<HistoryResult>();
        HasAllFields<RefreshResult>();
        HasAllFields<SubRefreshResult>();
        HasAllFields<SubscribePush>();
        HasAllFields<UnsubscribePush>();
        HasAllFields<ConnectPush>();
        HasAllFields<DisconnectPush>();
        HasAllFields<RefreshPush>();
    }

    [Fact]
    public void A_frame_has_several_commands()
    {
        ReadOnlySpan<byte> frame =
            "{\"id\":1,\"connect\":{\"unknown\":[{}]}}\n{\"id\":2,\"subscribe\":{\"channel\":\"news\"}}\n{}\n"u8;
        Assert.IsType<ConnectRequest>(Next(JsonCodec.Instance, ref frame).Request);
        var second = Next(JsonCodec.Instance, ref frame);
        Assert.Equal("news"u8, Assert.IsType<SubscribeRequest>(second.Request).Channel);
        Assert.Equal(2u, second.Id);
        Assert.Null(Next(JsonCodec.Instance, ref frame).Request);
        Assert.True(frame.IsEmpty);

        frame = [0, 8, 8, 3, 0x22, 0, 0x98, 6, 1, 0x58];
        Assert.Null(Next(ProtobufCodec.Instance, ref frame).Request);
        Assert.Equal(WireFault.Malformed, ProtobufCodec.Instance.Read<Command>(ref frame, out _));
    }

    [Fact]
    public void What_is_empty_is_left_out_but_where_clients_count_on_it()
    {
        Assert.Equal("{}", Json(new Reply()));
        Assert.Equal("{\"id\":3,\"ping\":{}}", Json(new Reply { Id = 3, Content = new PingResult() }));
        Assert.Equal(
            "{\"history\":{\"publications\":[],\"epoch\":\"\",\"offset\":0}}",
            Json(new Reply { Content = new HistoryResult() }));
        Assert.Equal(
            "{\"presence_stats\":{\"num_clients\":0,\"num_users\":0}}",
            Json(new Reply { Content = new PresenceStatsResult() }));
        Assert.Equal("{\"presence\":{\"presence\":{}}}", Json(new Reply { Content = new PresenceResult() }));
        Assert.Equal(
            "{\"push\":{\"channel\":\"a\",\"join\":{\"info\":{\"user\":\"\",\"client\":\"\"}}}}",
            Json(
                new Reply
                {
                    Content = new Push { Channel = [(byte)'a'], Content = new JoinPush { Info = new ClientInfo() } },
                }));
    }

    [Fact]
    public void A_payload_stands_on_one_line_and_is_a_string_where_it_is_no_JSON()
    {
        Assert.Equal("{\"data\":{\"a\": [1]}}", Json(new MessagePush { Data = "{\"a\":\r\n [1]}\n"u8.ToArray() }));
        Assert.Equal("{\"data\":\"{\\\"a\\\"\"}", Json(new MessagePush { Data = "{\"a\""u8.ToArray() }));
        Assert.Equal("{\"data\":\"\"}", Json(new MessagePush { Data = Array.Empty<byte>() }));
        Assert.Equal(
            "{\"data\":\"5\"}", Json(new MessagePush { Data = new Payload("5"u8.ToArray(), PayloadForm.Text) }));
        Assert.Equal(
            "{\"data\":\"a\\n\"}",
            Json(new MessagePush { Data = new Payload("a\\n"u8.ToArray(), PayloadForm.EscapedText) }));
        Assert.Equal("{\"data\":\"\uFFFD\"}", Json(new MessagePush { Data = new byte[] { 0xFF } }));
    }

    [Theory]
    [InlineData("", WireFault.Malformed)]
    [InlineData("[]", WireFault.Malformed)]
    [InlineData("null", WireFault.Malformed)]
    [InlineData("{\"id\":-1}", WireFault.Malformed)]
    [InlineData("{\"id\":4294967296}", WireFault.Malformed)]
    [InlineData("{\"id\":\"1\"}", WireFault.Malformed)]
    [InlineData("{\"subscribe\":{\"channel\":1}}", WireFault.Malformed)]
    [InlineData("{\"subscribe\":[]}", WireFault.Malformed)]
    [InlineData("{\"subscribe\":{\"recover\":1}}", WireFault.Malformed)]
    [InlineData("{\"id\":1", WireFault.Malformed)]
    [InlineData("{\"id\":1}x", WireFault.Malformed)]
    public void What_is_no_command_is_refused(string json, object fault) => Assert.Equal(fault, Fault(json));

    [Fact]
    public void What_is_too_deep_or_too_much_is_refused()
    {
        Assert.Equal(WireFault.None, Fault(Filters(29)));
        Assert.Equal(WireFault.TooDeep, Fault(Filters(30)));
        Assert.Equal(WireFault.Malformed, Fault(Filters(100)));

        var vals = string.Join(',', Enumerable.Repeat("\"\"", WireLimits.Items));
        Assert.Equal(WireFault.TooMany, Fault($"{{\"subscribe\":{{\"tf\":{{\"vals\":[{vals}]}}}}}}"));

        var output = new ByteBuffer();
        var filter = new FilterNode { Values = [.. Enumerable.Repeat("", WireLimits.Items)] };
        ProtobufCodec.Instance.Write(
            new Command { Request = new SubscribeRequest { TagsFilter = filter } }, output);
        var frame = output.Written;
        Assert.Equal(WireFault.TooMany, ProtobufCodec.Instance.Read<Command>(ref frame, out _));

        output.Clear();
        filter = new FilterNode();
        for (var i = 0; i < WireLimits.Depth; i++)
        {
            filter = new FilterNode { Nodes = [filter] };
        }

        ProtobufCodec.Instance.Write(
            new Command { Request = new SubscribeRequest { TagsFilter = filter } }, output);
        frame = output.Written;
        Assert.Equal(WireFault.TooDeep, ProtobufCodec.Instance.Read<Command>(ref frame, out _));
    }

    [Fact]
    public void Text_that_is_no_UTF8_is_refused()
    {
        ReadOnlySpan<byte> frame = [.. "{\"subscribe\":{\"channel\":\""u8, 0xFF, .. "\"}}"u8];
        Assert.Equal(WireFault.NotUtf8, JsonCodec.Instance.Read<Command>(ref frame, out _));
        frame = [5, 0x2A, 3, 0x0A, 1, 0xFF];
        Assert.Equal(WireFault.NotUtf8, ProtobufCodec.Instance.Read<Command>(ref frame, out _));
    }

    [Fact]
    public void A_name_that_is_no_UTF8_is_mended_for_clients()
    {
        var output = new ByteBuffer();
        ProtobufCodec.Instance.Write(new Push { Channel = [0xFF] }, output);
        Assert.Equal((byte[])[5, 0x12, 3, .. "\uFFFD"u8], output.Written);
        Assert.Equal("{\"channel\":\"\uFFFD\"}", Json(new Push { Channel = [0xFF] }));
    }

    [Fact]
    public void A_large_payload_is_shared_in_both_forms()
    {
        var message = new Message(1, Encoding.UTF8.GetBytes(new string('x', 5000)), MessageTraits.None);
        var publication = new WirePublication { Data = new Payload(message), Offset = 1 };
        foreach (var codec in (IWireCodec[])[JsonCodec.Instance, ProtobufCodec.Instance])
        {
            var output = new ByteBuffer { CanShare = true };
            codec.Write(publication, output);
            Assert.True(output.SharedLength >= 5000);
            Assert.InRange(output.Length, 1, 100);
            codec.Write(publication, output);
            Assert.Same(output.Shared[0].Bytes, output.Shared[1].Bytes);
        }
    }

    private static void HasAllFields<T>()
        where T : class, IWireObject<T>, new()
    {
        var filler = new ChanceFieldReader(new Random(1));
        var value = new T();
        for (var field = 1; field < 20; field++)
        {
            if (T.Names.Has(field))
            {
                value.Read(ref filler, field);
            }
        }

        var json = Json(value);
        for (var field = 1; field < 20; field++)
        {
            if (T.Names.Has(field))
            {
                Assert.Contains(Encoding.UTF8.GetString(T.Names.BeginningOf(field)), json, StringComparison.Ordinal);
            }
        }
    }

    private static string Filters(int depth) =>
        "{\"subscribe\":{\"tf\":" + string.Concat(Enumerable.Repeat("{\"nodes\":[", depth)) + "{}"
            + string.Concat(Enumerable.Repeat("]}", depth)) + "}}";

    private static object Fault(string json)
    {
        ReadOnlySpan<byte> frame = Encoding.UTF8.GetBytes(json);
        var fault = JsonCodec.Instance.Read<Command>(ref frame, out var command);
        Assert.Equal(fault == WireFault.None, command is not null);
        return fault;
    }

    private static Command Next(IWireCodec codec, ref ReadOnlySpan<byte> frame)
    {
        Assert.Equal(WireFault.None, codec.Read<Command>(ref frame, out var command));
        return command!;
    }

    private static string Json<T>(T value)
        where T : class, IWireObject<T>, new()
    {
        var output = new ByteBuffer();
        JsonCodec.Instance.Write(value, output);
        return Encoding.UTF8.GetString(output.Written);
    }
}
