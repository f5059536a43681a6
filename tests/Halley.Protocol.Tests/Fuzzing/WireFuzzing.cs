using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Halley.Protocol.Dialects.Centrifugo.Wire;
using Halley.Protocol.Tests.Centrifugo;

namespace Halley.Protocol.Tests.Fuzzing;

/// <summary>
/// A client of the Centrifugo dialect that sends anything at all: nothing throws, and what was understood is understood
/// the same when it is written again.
/// </summary>
public class WireFuzzing
{
    private static readonly byte[] TellingInJson = "{}[]\",:\\u0dD8 \n\ttrfalsn-+.eE19"u8.ToArray();

    private static readonly byte[] TellingInProtobuf =
        [0x00, 0x01, 0x02, 0x05, 0x07, 0x08, 0x0A, 0x12, 0x1A, 0x22, 0x2A, 0x32, 0x7F, 0x80, 0xFF];

    private static readonly byte[][] Values =
    [
        "{\"a\":[1,-2.5e+3,\"\\ud83d\\ude00\\n\",true,false,null,{}],\"\":\"é\"}"u8.ToArray(), "[[[]]]"u8.ToArray(),
        " \"\\ud800\\u0041\\\\\" "u8.ToArray(), "-0.0E-0"u8.ToArray(), "01"u8.ToArray(), "{\"a\":1,}"u8.ToArray(),
        Encoding.UTF8.GetBytes(new string('[', 64) + new string(']', 64)),
    ];

    [Fact]
    public void JSON_commands() => Commands(JsonCodec.Instance, TellingInJson);

    [Fact]
    public void Protobuf_commands() => Commands(ProtobufCodec.Instance, TellingInProtobuf);

    [Fact]
    public void Whether_it_is_JSON_is_what_the_base_library_says_too() =>
        new Fuzzer(Values, TellingInJson).Run((input, _) =>
            Assert.Equal(IsJson(input), JsonCheck.IsValue(input)));

    [Fact]
    public void Strings_mean_what_the_base_library_says_they_do() =>
        new Fuzzer(Values, TellingInJson).Run((input, _) =>
        {
            byte[] text = [(byte)'"', .. input, (byte)'"'];
            if (!JsonCheck.IsValue(text))
            {
                return;
            }

            string expected;
            try
            {
                expected = JsonElement.Parse(text).GetString()!;
            }
            catch (InvalidOperationException)
            {
                // Half of a surrogate pair.
                expected = "\uFFFD";
            }

            var meant = new Payload(input, PayloadForm.EscapedText).Unescaped();
            Assert.True(Utf8.IsValid(meant));
            Assert.Contains(expected, Encoding.UTF8.GetString(meant), StringComparison.Ordinal);
        });

    private static void Commands(IWireCodec codec, byte[] telling)
    {
        var good = Enumerable.Range(0, 40)
            .Select(seed => Written(codec, ChanceFieldReader.Make<Command>(new Random(seed))))
            .ToArray();
        new Fuzzer(good, telling).Run((input, _) =>
        {
            ReadOnlySpan<byte> frame = input;
            while (!frame.IsEmpty)
            {
                var left = frame.Length;
                var fault = codec.Read<Command>(ref frame, out var command);
                Assert.True(frame.Length < left);
                Assert.Equal(fault == WireFault.None, command is not null);
                if (command is null)
                {
                    continue;
                }

                var written = Written(codec, command);
                ReadOnlySpan<byte> again = written;
                Assert.Equal(WireFault.None, codec.Read<Command>(ref again, out var same));
                Assert.Equal(written, Written(codec, same!));
            }

            codec.ReadEmulation(input, out var _);
        });
    }

    private static byte[] Written(IWireCodec codec, Command command)
    {
        var output = new ByteBuffer();
        codec.Write(command, output);
        return output.Written.ToArray();
    }

    private static bool IsJson(byte[] bytes)
    {
        if (!Utf8.IsValid(bytes))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(bytes);
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
