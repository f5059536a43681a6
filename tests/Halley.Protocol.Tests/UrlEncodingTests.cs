using System.Globalization;
using System.Text;
using Halley.Protocol.Http;
using Halley.Testing.Properties;

namespace Halley.Protocol.Tests;

public class UrlEncodingTests
{
    [Theory]
    [InlineData("a%20b", "a b")]
    [InlineData("a+b", "a b")]
    [InlineData("%", "%")]
    [InlineData("%%%", "%%%")]
    [InlineData("%2", "%2")]
    [InlineData("%2g%g2", "%2g%g2")]
    [InlineData("%25%2525", "%%25")]
    [InlineData("%c3%A4", "\u00C3\u00A4")]
    public void Text_is_decoded(string text, string decoded) =>
        Assert.Equal(decoded, UrlEncoding.Decode(text.Latin1(), plusIsSpace: true).Latin1());

    [Fact]
    public void In_a_path_a_plus_is_a_plus()
    {
        Assert.Equal("a+b c", UrlEncoding.Decode("a+b%20c"u8, plusIsSpace: false).Latin1());
        Assert.False(UrlEncoding.IsEncoded("a+b"u8, plusIsSpace: false));
        Assert.True(UrlEncoding.IsEncoded("a+b"u8, plusIsSpace: true));
    }

    [Fact]
    public void What_was_encoded_is_decoded_to_what_it_was() =>
        Claim.Holds(
            Any.Bytes,
            bytes =>
            {
                Assert.Equal(bytes, UrlEncoding.Decode(Encode(bytes, "x2").Latin1(), plusIsSpace: true));
                Assert.Equal(bytes, UrlEncoding.Decode(Encode(bytes, "X2").Latin1(), plusIsSpace: false));
            },
            times: 500);

    [Fact]
    public void What_has_no_escapes_is_left_as_it_is() =>
        Claim.Holds(Any.Bytes, bytes =>
        {
            // With every percent sign followed by what is no digit, each stands for itself.
            var text = bytes.Latin1().Replace("%", "%%g", StringComparison.Ordinal);
            Assert.Equal(text, UrlEncoding.Decode(text.Latin1(), plusIsSpace: false).Latin1());
        });

    private static string Encode(byte[] bytes, string digits)
    {
        var text = new StringBuilder();
        foreach (var value in bytes)
        {
            text.Append(char.IsAsciiLetterOrDigit((char)value) || value >= 0x80
                ? ((char)value).ToString()
                : "%" + value.ToString(digits, CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }
}
