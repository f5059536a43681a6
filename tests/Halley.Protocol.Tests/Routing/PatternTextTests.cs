using Halley.Protocol.Routing;

namespace Halley.Protocol.Tests.Routing;

/// <summary>Patterns mean what they mean to nginx.</summary>
public class PatternTextTests
{
    [Theory]
    [InlineData("^/[[:alpha:]]+$", "/ab", true)]
    [InlineData("^/[[:alpha:]]+$", "/a1", false)]
    [InlineData("^/[[:alpha:][:digit:]_-]+$", "/a1_-", true)]
    [InlineData("^/[[:alpha:]]+$", "/:a", false)]
    [InlineData("^/[[:^alpha:]]+$", "/12", true)]
    [InlineData("^/[[:^alpha:]]+$", "/1a", false)]
    [InlineData("^/[^[:digit:]]+$", "/ab", true)]
    [InlineData("^/[^[:digit:]]+$", "/a1", false)]
    [InlineData("^/[[:xdigit:]]{4}$", "/beEF", true)]
    [InlineData("^/[[:punct:]]$", "/~", true)]
    [InlineData("^/[[:punct:]]$", "/a", false)]
    [InlineData("^/[[:word:]]$", "/_", true)]
    [InlineData("^/[]a]$", "/]", true)]
    [InlineData("^/[^]a]$", "/]", false)]
    [InlineData("^/[a-c[]$", "/[", true)]
    [InlineData("^/[a-z-[b]]$", "/b]", true)]
    [InlineData("^/[a-z-[b]]$", "/c", false)]
    [InlineData("^/[\\w.]+$", "/a.b", true)]
    [InlineData("^/[\\W]$", "/.", true)]
    [InlineData("^/[\\D]$", "/1", false)]
    [InlineData("^/\\w$", "/\u00e9", false)]
    [InlineData("^/\\d+$", "/12", true)]
    [InlineData("^/a\\_b$", "/a_b", true)]
    [InlineData("^/\\Qa.b\\E+$", "/a.bb", true)]
    [InlineData("^/\\Qa.b\\E$", "/axb", false)]
    [InlineData("^/\\x{41}$", "/A", true)]
    [InlineData("^/(?#anything)a$", "/a", true)]
    [InlineData("^/(?<x>a)\\k<x>$", "/aa", true)]
    [InlineData("^/(?P<x>a)(?P=x)$", "/ab", false)]
    [InlineData("^/(a)(?<x>b)\\2\\1$", "/abba", true)]
    [InlineData("^/(?i)A$", "/a", true)]
    [InlineData("^/(?:a|b)$", "/b", true)]
    [InlineData("^/(?!pub).*$", "/pub", false)]
    [InlineData("(?<=/)sub$", "/sub", true)]
    public void A_pattern_matches_what_it_matches_in_nginx(string pattern, string path, bool isMatch) =>
        Assert.Equal(isMatch, RequestFor.At("~ " + pattern).Matches(path.Utf8()));

    [Fact]
    public void Groups_are_numbered_from_the_left_those_with_names_among_them()
    {
        var location = RequestFor.At("~ ^/(?<first>[a-z]+)/([0-9]+)/(?P<third>.*)$");
        Assert.True(location.TryMatch("/ab/12/c"u8, out var captures));
        Assert.Equal(("ab", "12", "c"), (captures[1].Latin1(), captures[2].Latin1(), captures[3].Latin1()));
        Assert.Equal(
            ("ab", "c", "12", ""), (
                captures["first"].Latin1(),
                captures["third"].Latin1(),
                captures["2"].Latin1(),
                captures["none"].Latin1()));
        Assert.Equal(3, location.CaptureCount);
        Assert.Equal(["first", "third"], location.CaptureNames);
    }

    [Theory]
    [InlineData("[[:letter:]]", "[:letter:] is no class of characters")]
    [InlineData("[[.a.]]", "collating")]
    [InlineData("[abc", "[ is not closed")]
    [InlineData("(a", "no regular expression")]
    [InlineData("a\\", "\\ stands at its end")]
    [InlineData("\\k<a>", "a group that is not there")]
    [InlineData("(?#a", "comment is not closed")]
    [InlineData("a++", "no regular expression")]
    [InlineData("\\Ka", "no regular expression")]
    [InlineData("(?|a)", "no regular expression")]
    public void What_cannot_be_said_is_told(string pattern, string error)
    {
        Assert.False(Location.TryParse("~ " + pattern, out _, out var told));
        Assert.Contains(error, told, StringComparison.Ordinal);
    }
}
