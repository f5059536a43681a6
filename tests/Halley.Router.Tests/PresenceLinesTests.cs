using System.Text;

namespace Halley.Router.Tests;

public class PresenceLinesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(1000)]
    public void Lines_are_read_however_they_are_cut(int piece)
    {
        var feed = "1 a\n1 a b \n0 a\n1 \n0 é\n1 a\\nb\\\\\n"u8.ToArray();
        var read = new List<string>();
        var lines = new PresenceLines();
        foreach (var cut in feed.Chunk(piece))
        {
            Assert.True(lines.TryAdd(
                cut, (name, isHere) => read.Add($"{(isHere ? '+' : '-')}{Encoding.UTF8.GetString(name)}")));
        }

        Assert.Equal(["+a", "+a b ", "-a", "+", "-é", "+a\nb\\"], read);
    }

    [Theory]
    [InlineData("2 a\n")]
    [InlineData("1a\n")]
    [InlineData("\n")]
    [InlineData("<html>\n")]
    public void What_is_no_feed_is_noticed(string text) =>
        Assert.False(new PresenceLines().TryAdd(Encoding.UTF8.GetBytes(text), (_, _) => { }));

    [Fact]
    public void A_line_without_end_is_no_feed()
    {
        var lines = new PresenceLines();
        Assert.True(lines.TryAdd(new byte[PresenceLines.MaxLength], (_, _) => { }));
        Assert.False(lines.TryAdd(new byte[1], (_, _) => { }));
    }
}
