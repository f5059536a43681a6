using Halley.Protocol.Dialects.PushStream;

namespace Halley.Protocol.Tests.PushStream;

public class PaddingTests
{
    [Theory]
    [InlineData(6, 1024, 1100)]
    [InlineData(5, 508, 600)]
    [InlineData(9, 508, 500)]
    [InlineData(6, 4097, 4097)]
    [InlineData(508, 508, 0)]
    [InlineData(600, 508, 0)]
    [InlineData(5, 0, 0)]
    public void Padding_comes_in_hundreds_up_to_the_largest_number_configured(int length, int least, int padding) =>
        Assert.Equal(padding, new Padding(0, 0, Largest: 4097).After(length, least));

    [Theory]
    [InlineData(4, "\r\n\r\n")]
    [InlineData(5, "\n\r\n\r\n")]
    [InlineData(0, "")]
    public void Padding_is_line_ends(int count, string bytes)
    {
        var output = new ByteBuffer();
        Padding.WriteLineEnds(count, output);
        Assert.Equal(bytes, output.Written.Latin1());
    }

    [Theory]
    [InlineData(4, ":::\n")]
    [InlineData(1, "\n")]
    [InlineData(0, "")]
    public void Padding_of_an_event_stream_is_a_comment(int count, string bytes)
    {
        var output = new ByteBuffer();
        Padding.WriteComment(count, output);
        Assert.Equal(bytes, output.Written.Latin1());
    }

    [Theory]
    [InlineData("a Test 1", 0)]
    [InlineData("test 2 and test 1", 0)]
    [InlineData("Test 2", 1)]
    [InlineData("curl", -1)]
    [InlineData("", -1)]
    public void The_first_pattern_that_matches_decides(string userAgent, int rule)
    {
        Assert.True(PaddingRules.TryParse("[T|t]est 1,1024,508:[T|t]est 2,4097,0", out var rules, out _));
        Assert.Equal(rule, rules.Find(userAgent.Utf8()));
        Assert.Equal(4097, rules.Largest);
    }

    [Theory]
    [InlineData("Test")]
    [InlineData("Test,1")]
    [InlineData("Test,a,1")]
    [InlineData(",1,1")]
    [InlineData("Test(,1,1")]
    [InlineData("Test,1,1,1")]
    [InlineData("Test,-1,1")]
    public void What_is_no_padding_is_told(string written)
    {
        Assert.False(PaddingRules.TryParse(written, out _, out var error));
        Assert.NotEmpty(error);
    }
}
