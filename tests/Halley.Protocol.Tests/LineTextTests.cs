using System.Text;
using System.Text.Unicode;
using Halley.Testing.Properties;

namespace Halley.Protocol.Tests;

public class LineTextTests
{
    [Theory]
    [InlineData("news/1 \"é\" 😀", "news/1 \"é\" 😀")]
    [InlineData("a\r\n\tb\0", "a\\r\\n\\tb\\u0000")]
    [InlineData("a\\n", "a\\\\n")]
    [InlineData("\u007F\u0085\u2028\u2029", "\\u007f\\u0085\\u2028\\u2029")]
    public void A_name_stands_in_a_line_as_it_is_but_for_what_could_end_it(string name, string line) =>
        Assert.Equal(line, Write(name.Utf8()));

    [Fact]
    public void Bytes_that_are_no_text_are_written_as_numbers() =>
        Assert.Equal("a\\xff\\xe2\\x80b", Write([(byte)'a', 0xFF, 0xE2, 0x80, (byte)'b']));

    [Theory]
    [InlineData("a\\")]
    [InlineData("\\q\\x0\\u123\\ud800")]
    public void A_backslash_that_begins_no_escape_stands_for_itself(string line) =>
        Assert.Equal(line, Encoding.UTF8.GetString(LineText.Read(line.Utf8())));

    [Fact]
    public void Any_name_can_be_read_back_and_is_one_line_of_text() => Claim.Holds(
        Any.Bytes,
        name =>
        {
            var output = new ByteBuffer();
            LineText.Write(name, output);
            Assert.True(Utf8.IsValid(output.Written));
            Assert.DoesNotContain(
                Encoding.UTF8.GetString(output.Written), c => char.IsControl(c) || c is '\u2028' or '\u2029');
            Assert.Equal(name, LineText.Read(output.Written).ToArray());
        },
        times: 1000);

    private static string Write(byte[] name)
    {
        var output = new ByteBuffer();
        LineText.Write(name, output);
        return Encoding.UTF8.GetString(output.Written);
    }
}
