using Halley.Protocol.Dialects.PushStream;
using Halley.Protocol.Http;

namespace Halley.Protocol.Tests.PushStream;

public class ValidatorTests
{
    [Theory]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Sun Nov  6 08:49:37 1994")]
    public void A_date_has_three_forms(string text)
    {
        Assert.True(HttpDate.TryParse(text.Utf8(), out var seconds));
        Assert.Equal(784111777, seconds);
        Assert.Equal("Sun, 06 Nov 1994 08:49:37 GMT", HttpDate.ToText(seconds));
    }

    [Theory]
    [InlineData("Sun, 06 Nov 1994 08:49:37 UTC")]
    [InlineData("Sun, 06 Nov 1994 08:49:37 +0000")]
    [InlineData("Sun, 06 Nov 1994 08:49:37")]
    [InlineData("Sunday, 06-Nov-94 08:49:37 UTC")]
    [InlineData("Mon, 06 Nov 1994 08:49:37 GMT")]
    public void The_day_of_the_week_and_the_zone_of_a_date_are_not_looked_at(string text)
    {
        Assert.True(HttpDate.TryParse(text.Utf8(), out var seconds));
        Assert.Equal(784111777, seconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("784111777")]
    [InlineData("Sun, 06 Nov 1994 08:49:3x GMT")]
    [InlineData("Sun, 06 Nov 1994 08:49 GMT, or later")]
    [InlineData("Sun, 36 Nov 1994 08:49:37 GMT")]
    public void What_is_no_date_is_none(string text) => Assert.False(HttpDate.TryParse(text.Utf8(), out _));

    [Fact]
    public void The_beginning_of_time_is_a_date()
    {
        Assert.True(HttpDate.TryParse("Thu, 01 Jan 1970 00:00:00 GMT"u8, out var seconds));
        Assert.Equal(0, seconds);
    }

    [Theory]
    [InlineData("3", 3)]
    [InlineData("W/3", 3)]
    [InlineData("0", 0)]
    public void A_tag_may_be_weak(string text, int tag)
    {
        Assert.True(EntityTag.TryParse(text.Utf8(), out var parsed));
        Assert.Equal(tag, parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"3\"")]
    [InlineData("W/\"3\"")]
    [InlineData("-1")]
    [InlineData("3x")]
    [InlineData("99999999999")]
    public void What_is_no_tag_is_none(string text) => Assert.False(EntityTag.TryParse(text.Utf8(), out _));

    [Theory]
    [InlineData("PushStreamManager_0_onmessage_1699999999999", true)]
    [InlineData("a.b[0].$c", true)]
    [InlineData("alert(1)<", false)]
    [InlineData("", false)]
    public void A_callback_is_the_name_of_a_function(string text, bool isName) =>
        Assert.Equal(isName, FunctionName.IsOne(text.Utf8()));
}
