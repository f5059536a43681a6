using System.Text;
using System.Text.Json;
using FsCheck.Fluent;
using Halley.Testing.Properties;

namespace Halley.Protocol.Tests;

public class JsonTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("\"", "\\\"")]
    [InlineData("\\", "\\\\")]
    [InlineData("a\r\nb\tc", "a\\r\\nb\\tc")]
    [InlineData("\0\b\f\u001F", "\\u0000\\u0008\\u000c\\u001f")]
    [InlineData("</script>'&/\u007F", "</script>'&/\u007F")]
    [InlineData("\u2028\u2029", "\u2028\u2029")]
    public void Text_becomes_the_inside_of_a_string(string text, string json) => Assert.Equal(json, Write(text));

    [Theory]
    [InlineData("</script>", "\\u003c/script>")]
    [InlineData("<!--", "\\u003c!--")]
    [InlineData("a\u2028b\u2029c", "a\\u2028b\\u2029c")]
    [InlineData("\u2027\u202A\u20AC\u00E2", "\u2027\u202A\u20AC\u00E2")]
    public void In_a_script_what_could_end_it_is_escaped_too(string text, string json) =>
        Assert.Equal(json, Write(text, inScript: true));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Any_bytes_become_a_string_that_says_what_of_them_is_text(bool inScript) =>
        Claim.Holds(
            Any.Bytes,
            bytes =>
            {
                var output = new ByteBuffer();
                JsonText.Write(bytes, inScript, output);
                Assert.Equal(Encoding.UTF8.GetString(bytes), Read(output).GetString());
            },
            times: 1000);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Any_text_can_be_read_back(bool inScript) =>
        Claim.Holds(
            Any.Utf8,
            text =>
            {
                var output = new ByteBuffer();
                JsonText.Write(text, inScript, output);
                Assert.Equal(text, Read(output).GetString()!.Utf8());
                AssertSafe(output, inScript);
            },
            times: 1000);

    [Theory]
    [InlineData(@"\""\\\/\b\f\n\r\t")]
    [InlineData(@"\u0000\uFFff\ud83d\ude00")]
    [InlineData(@"\\\\\""")]
    [InlineData("plain \u00E4 \u007F '")]
    public void What_is_escaped_already_passes_as_it_is(string json)
    {
        Assert.Equal(json, WriteEscaped(json));
        Assert.Equal(json, WriteEscaped(json, inScript: true));
    }

    [Theory]
    [InlineData("\"", "\\\"")]
    [InlineData("a\nb\0", "a\\nb\\u0000")]
    [InlineData("\\", "\\\\")]
    [InlineData("\\x", "\\\\x")]
    [InlineData("\\u12", "\\\\u12")]
    [InlineData("\\u12g4", "\\\\u12g4")]
    [InlineData("\\\\\"", "\\\\\\\"")]
    [InlineData("\\\n", "\\\\\\n")]
    [InlineData("\\ud83d", "\\\\ud83d")]
    [InlineData("\\ude00", "\\\\ude00")]
    [InlineData("\\ud83d\\ud83d\\ude00", "\\\\ud83d\\ud83d\\ude00")]
    [InlineData("\\ud83dx", "\\\\ud83dx")]
    public void What_would_break_the_string_is_mended(string json, string mended) =>
        Assert.Equal(mended, WriteEscaped(json));

    [Fact]
    public void In_a_script_what_is_escaped_already_still_cannot_end_it() =>
        Assert.Equal(@"\\\u003c/script>\u003c\u2028", WriteEscaped("\\</script><\u2028", inScript: true));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Whatever_is_passed_for_escaped_becomes_a_string(bool inScript)
    {
        var pieces = Any.ListOf(Gen.Elements(
            "\\", "\"", "u", "n", "/", "<", "00", "aF", "x", "\n", "\0", "\u2028", "\u00E4", "\\u00e4", "\\\\", "\\\"",
            "\\t", "\\ud83d", "\\uDE00"));
        Claim.Holds(
            pieces,
            list =>
            {
                var output = new ByteBuffer();
                JsonText.WriteEscaped(string.Concat(list).Utf8(), inScript, output);
                Assert.NotNull(Read(output).GetString());
                AssertSafe(output, inScript);

                // What was mended is valid, and so passes as it is.
                Assert.Equal(output.Written.Latin1(), WriteEscapedBytes(output.Written, inScript).Latin1());
            },
            times: 1000);
    }

    private static void AssertSafe(ByteBuffer output, bool inScript)
    {
        if (inScript)
        {
            Assert.False(Encoding.UTF8.GetString(output.Written).AsSpan().ContainsAny("<\u2028\u2029"));
        }
    }

    private static JsonElement Read(ByteBuffer inside)
    {
        byte[] json = [(byte)'"', .. inside.Written, (byte)'"'];
        using var document = JsonDocument.Parse(json);
        return document.RootElement.Clone();
    }

    private static string Write(string text, bool inScript = false)
    {
        var output = new ByteBuffer();
        JsonText.Write(text.Utf8(), inScript, output);
        return Encoding.UTF8.GetString(output.Written);
    }

    private static string WriteEscaped(string text, bool inScript = false) =>
        Encoding.UTF8.GetString(WriteEscapedBytes(text.Utf8(), inScript));

    private static byte[] WriteEscapedBytes(ReadOnlySpan<byte> text, bool inScript)
    {
        var output = new ByteBuffer();
        JsonText.WriteEscaped(text, inScript, output);
        return output.Written.ToArray();
    }
}
