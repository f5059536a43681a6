using Halley.Protocol.Routing;

namespace Halley.Protocol.Tests.Routing;

public class LocationTests
{
    [Theory]
    [InlineData("/pub", "/pub")]
    [InlineData("/pubn", "/pubn")]
    [InlineData("/pubs", "/pub")]
    [InlineData("/exact", "= /exact")]
    [InlineData("/exact/", "/")]
    [InlineData("/static/sub/x", "^~ /static")]
    [InlineData("/sub/a/b", "~ ^/sub/(.*)$")]
    [InlineData("/SUB/a", "~* ^/sub/(.*)$")]
    [InlineData("/x.png", "~ \\.png$")]
    [InlineData("/pub.png", "~ \\.png$")]
    [InlineData("/", "/")]
    public void The_location_of_a_path_is_found_as_nginx_finds_it(string path, string location)
    {
        string[] all = ["/", "/pub", "/pubn", "= /exact", "~ ^/sub/(.*)$", "~* ^/sub/(.*)$", "^~ /static", "~ \\.png$"];
        var table = new LocationTable<string>([.. all.Select(written => (RequestFor.At(written), written))]);
        Assert.Equal(location, table.Find(path.Utf8(), out _));
    }

    [Fact]
    public void What_no_location_fits_is_found_nowhere() =>
        Assert.Null(new LocationTable<string>([(RequestFor.At("/pub"), "pub")]).Find("/sub"u8, out _));

    [Theory]
    [InlineData("pub", "it wants a path")]
    [InlineData("", "it wants a path")]
    [InlineData("! /pub", "it wants a path")]
    [InlineData("= pub", "it wants a path")]
    [InlineData("~", "it wants a path")]
    [InlineData("~ ^/sub/(.*$", "no regular expression")]
    public void What_is_no_location_is_told(string written, string error)
    {
        Assert.False(Location.TryParse(written, out _, out var told));
        Assert.Contains(error, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("~ ^/sub/(.*)$", "/sub/a/b", "a/b")]
    [InlineData("~ ^/sub/(.*)$", "/sub/", "")]
    [InlineData("~ ^/sub/(.*)", "/sub/a", "a")]
    [InlineData("~ ^/sub/([^/]+)/x", "/sub/a/x", "a")]
    [InlineData("~ ^/sub/(.*)/x$", "/sub/a/b/x", "a/b")]
    [InlineData("~ ^/(?!pub)(.*)$", "/sub", "sub")]
    [InlineData("~ ^/s/(.*)$", "/s/\u00e4", "\u00c3\u00a4")]
    public void A_pattern_captures_parts_of_the_path(string location, string path, string first)
    {
        Assert.True(RequestFor.At(location).TryMatch(path.Utf8(), out var captures));
        Assert.Equal(first, captures[1].Latin1());
    }

    [Fact]
    public void A_pattern_that_looks_around_gets_little_time() =>
        Assert.False(RequestFor.At("~ ^/(?=a)(a+)+$").TryMatch(("/" + new string('a', 4000) + "!").Utf8(), out _));
}
