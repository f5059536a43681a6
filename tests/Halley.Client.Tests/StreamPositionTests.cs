namespace Halley.Client.Tests;

public sealed class StreamPositionTests
{
    [Theory]
    [InlineData("7356241750634497:12")]
    [InlineData(":0")]
    public void A_position_is_read_as_it_was_written(string text) =>
        Assert.Equal(text, StreamPosition.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("12")]
    [InlineData("7:")]
    [InlineData("7:-1")]
    [InlineData("7: 1")]
    [InlineData("7:9007199254740992")]
    [InlineData("a:1")]
    [InlineData("7&seq=0:1")]
    [InlineData("123456789012345678901:1")]
    public void Nothing_else_is_one(string text)
    {
        Assert.False(StreamPosition.TryParse(text, out _));
        Assert.Throws<FormatException>(() => StreamPosition.Parse(text));
    }

    [Fact]
    public void The_beginning_is_the_default()
    {
        Assert.Equal(default, new StreamPosition("", 0));
        Assert.Equal("", StreamPosition.Beginning.Epoch);
    }
}
