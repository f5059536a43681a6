using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Halley.Protocol.Dialects.Centrifugo.Wire;
using Halley.Testing.Properties;

namespace Halley.Protocol.Tests.Centrifugo;

/// <summary>The same object as JSON and as Protobuf: either form has all that the other has.</summary>
public class WireProperties
{
    private static readonly Arbitrary<int> AnySeed = Gen.Choose(0, int.MaxValue).ToArbitrary();

    [Fact]
    public void A_command_is_the_same_in_both_forms() => IsTheSame<Command>();

    [Fact]
    public void A_reply_is_the_same_in_both_forms() => IsTheSame<Reply>();

    [Fact]
    public void A_push_is_the_same_in_both_forms() => IsTheSame<Push>();

    [Fact]
    public void An_emulated_frame_is_read_from_both_forms() => Claim.Holds(Any.Utf8, frame =>
    {
        var json = $"{{\"node\":\"n\",\"session\":\"s\",\"data\":{JsonSerializer.Serialize(TextOf(frame))}}}";
        Assert.Equal(WireFault.None, JsonCodec.Instance.ReadEmulation(Encoding.UTF8.GetBytes(json), out var request));
        Assert.Equal(frame, request!.Data.Bytes);
        Assert.Equal(("n", "s"), (request.Node, request.Session));

        ReadOnlySpan<byte> body = Written(ProtobufCodec.Instance, request);
        Assert.True(Varint.TryRead(ref body, out _));
        Assert.Equal(WireFault.None, ProtobufCodec.Instance.ReadEmulation(body, out request));
        Assert.Equal(frame, request!.Data.Bytes ?? []);
        Assert.Equal(("n", "s"), (request.Node, request.Session));
    });

    [Fact]
    public void Payloads_are_JSON_for_those_who_read_JSON_and_bytes_for_others() => Claim.Holds(Any.Bytes, payload =>
    {
        foreach (var form in Enum.GetValues<PayloadForm>())
        {
            var push = new Push { Content = new MessagePush { Data = new Payload(payload, form) } };
            var json = JsonDocument.Parse(Written(JsonCodec.Instance, push)).RootElement;
            var data = json.GetProperty("message").GetProperty("data");
            if (form == PayloadForm.Text)
            {
                Assert.Equal(TextOf(payload), data.GetString());
            }

            var again = Read<Push>(ProtobufCodec.Instance, Written(ProtobufCodec.Instance, push));
            var bytes = ((MessagePush)again.Content!).Data.Bytes ?? [];
            if (form == PayloadForm.EscapedText)
            {
                Assert.Equal(data.GetString(), TextOf(bytes));
            }
            else
            {
                Assert.Equal(payload, bytes);
            }
        }
    });

    private static void IsTheSame<T>()
        where T : class, IWireObject<T>, new() => Claim.Holds(
        AnySeed,
        seed =>
        {
            var value = ChanceFieldReader.Make<T>(new Random(seed));
            var json = Written(JsonCodec.Instance, value);
            JsonDocument.Parse(json);
            Assert.False(json.Contains((byte)'\n'));
            Assert.Equal(TextOf(json), TextOf(Written(JsonCodec.Instance, Read<T>(JsonCodec.Instance, json))));

            var protobuf = Written(ProtobufCodec.Instance, value);
            Assert.Equal(TextOf(json), TextOf(Written(JsonCodec.Instance, Read<T>(ProtobufCodec.Instance, protobuf))));
            Assert.Equal(protobuf, Written(ProtobufCodec.Instance, Read<T>(JsonCodec.Instance, json)));
        },
        times: 1000);

    private static byte[] Written<T>(IWireCodec codec, T value)
        where T : class, IWireObject<T>, new()
    {
        var output = new ByteBuffer();
        codec.Write(value, output);
        return output.Written.ToArray();
    }

    private static T Read<T>(IWireCodec codec, ReadOnlySpan<byte> frame)
        where T : class, IWireObject<T>, new()
    {
        Assert.Equal(WireFault.None, codec.Read<T>(ref frame, out var value));
        Assert.True(frame.IsEmpty);
        return value!;
    }

    private static string TextOf(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
