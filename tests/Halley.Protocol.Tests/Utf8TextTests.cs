using System.Text;
using Halley.Testing.Properties;

namespace Halley.Protocol.Tests;

/// <summary>Bytes that need not be UTF-8, where text is wanted.</summary>
public class Utf8TextTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("41", "A")]
    [InlineData("D6D0", "\uFFFD\uFFFD")]
    [InlineData("EDA0BD", "\uFFFD\uFFFD\uFFFD")]
    [InlineData("61 F09F98 62", "a\uFFFDb")]
    [InlineData("F09F9880 E282", "\U0001F600\uFFFD")]
    [InlineData("C0AF 80 F4908080", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD")]
    [InlineData("E1 80 E2 F0 91 92 F1 BF 41", "\uFFFD\uFFFD\uFFFD\uFFFDA")]
    public void Each_longest_beginning_of_a_character_becomes_one_replacement(string hex, string text) =>
        Assert.Equal(
            text,
            Encoding.UTF8.GetString(Mended(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)))));

    [Fact]
    public void Any_bytes_become_the_text_that_the_platform_decodes() =>
        Claim.Holds(
            Any.Bytes,
            bytes => Assert.Equal(Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes)), Mended(bytes)),
            times: 1000);

    [Fact]
    public void Text_that_is_UTF8_is_left_as_it_is() => Claim.Holds(Any.Utf8, text => Assert.Equal(text, Mended(text)));

    [Fact]
    public void What_was_written_before_is_not_looked_at()
    {
        var output = new ByteBuffer();
        output.Write([0xFF]);
        Utf8Text.Mend(output, 1);
        output.Write([0xFE]);
        Utf8Text.Mend(output, 1);
        Assert.Equal([0xFF, .. "\uFFFD"u8], output.Written.ToArray());
    }

    private static byte[] Mended(byte[] bytes)
    {
        var output = new ByteBuffer();
        output.Write(bytes);
        Utf8Text.Mend(output, 0);
        return output.Written.ToArray();
    }
}
