using Halley.Protocol.Dialects.PushStream;

namespace Halley.Protocol.Tests.PushStream;

public class ChannelPathTests
{
    [Theory]
    [InlineData("ch1", "ch1:0")]
    [InlineData("a.b3/b/c.b1", "a:3 b:0 c:1")]
    [InlineData("a/a", "a:0 a:0")]
    [InlineData("a.b", "a.b:0")]
    [InlineData("a.b3x", "a.b3x:0")]
    [InlineData("bd1", "bd1:0")]
    [InlineData("a.b3.b4", "a.b3:4")]
    [InlineData("a.b0", "a:0")]
    [InlineData("a.b99999999999", "a:2147483647")]
    [InlineData("3", "3:0")]
    [InlineData("a/", "a:0")]
    public void A_list_of_channels_is_read_with_how_far_each_looks_back(string path, string channels) =>
        Assert.Equal(channels, Read(path));

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData(".b0")]
    [InlineData("//.b2/")]
    public void An_empty_id_is_no_channel(string path) => Assert.Equal("", Read(path));

    [Fact]
    public void A_leading_slash_as_pushstream_js_sends_it_names_only_what_follows() =>
        Assert.Equal("ch1:0 ch2:0", Read("/ch1//ch2"));

    [Theory]
    [InlineData("ALL", true)]
    [InlineData("a*b", true)]
    [InlineData("*", true)]
    [InlineData("all", false)]
    [InlineData("ALLs", false)]
    public void Some_ids_mean_several_channels(string id, bool isReserved) =>
        Assert.Equal(isReserved, new NamedChannel(id.Utf8(), 0).IsReserved);

    private static string Read(string path)
    {
        var channels = new List<string>();
        foreach (var channel in ChannelPath.Parse(path.Utf8()))
        {
            channels.Add($"{channel.Id.Latin1()}:{channel.Backtrack}");
        }

        return string.Join(' ', channels);
    }
}
