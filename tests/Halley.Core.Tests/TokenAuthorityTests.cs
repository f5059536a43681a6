using System.Text;
using Halley.Access;

namespace Halley.Core.Tests;

public class TokenAuthorityTests
{
    private readonly TokenAuthority _authority = new();

    [Fact]
    public void A_token_is_32_digits_of_lower_case_hexadecimal() =>
        Assert.Matches("^[0-9a-f]{32}$", Token("news", 1));

    [Fact]
    public void A_token_is_the_same_as_long_as_the_channel_lives_and_lets_in()
    {
        Assert.Equal(Token("news", 1), Token("news", 1));
        Assert.True(_authority.Verify("news"u8, 1, Token("news", 1).Utf8()));
    }

    [Fact]
    public void Another_channel_another_epoch_and_another_authority_have_other_tokens()
    {
        var tokens = new HashSet<string>
        {
            Token("news", 1),
            Token("news", 2),
            Token("news", 1L << 56),
            Token("new", 1),
            Token("", 1),
            Token("news\0", 1),

            Token("news", 1, new TokenAuthority()),
        };
        Assert.Equal(7, tokens.Count);
    }

    [Fact]
    public void A_token_with_any_one_digit_changed_lets_nobody_in()
    {
        var token = Token("news", 1).Utf8();
        for (var i = 0; i < token.Length; i++)
        {
            var wrong = token.ToArray();
            wrong[i] = wrong[i] == '0' ? (byte)'1' : (byte)'0';
            Assert.False(_authority.Verify("news"u8, 1, wrong));
        }
    }

    [Fact]
    public void A_token_that_is_missing_shorter_longer_or_in_capitals_lets_nobody_in()
    {
        var token = Token("news", 1);
        foreach (var wrong in new[] { "", token[..31], token + "0", token[..16], Token("news", 2) })
        {
            Assert.False(_authority.Verify("news"u8, 1, wrong.Utf8()));
        }

        Assert.False(_authority.Verify("news"u8, 1, token.ToUpperInvariant().Utf8()) && token.Any(char.IsAsciiLetter));
    }

    [Theory]
    [InlineData(247)]
    [InlineData(248)]
    [InlineData(249)]
    [InlineData(5000)]
    public void A_name_may_be_of_any_length(int length)
    {
        var name = new string('n', length);
        Assert.True(_authority.Verify(name.Utf8(), 1, Token(name, 1).Utf8()));
        Assert.False(_authority.Verify((name + "n").Utf8(), 1, Token(name, 1).Utf8()));
    }

    private string Token(string channel, long epoch, TokenAuthority? authority = null)
    {
        var token = new byte[TokenAuthority.TokenLength];
        (authority ?? _authority).Sign(channel.Utf8(), epoch, token);
        return Encoding.ASCII.GetString(token);
    }
}
