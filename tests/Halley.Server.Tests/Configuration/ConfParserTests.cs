using System.Text;
using Halley.Server.Configuration;
using Halley.Server.Configuration.IcometConf;

namespace Halley.Server.Tests.Configuration;

public class ConfParserTests
{
    [Theory]
    [InlineData("a: 1")]
    [InlineData("a = 1")]
    [InlineData("a=1\n")]
    [InlineData("a  :  1  \r\n")]
    [InlineData("\uFEFFa: 1\n")]
    [InlineData("# comment\n\n\t\t\t# deep comment\n   \n\t\na: 1\n")]
    public void A_line_is_a_key_and_a_value(string text)
    {
        var node = Assert.Single(Parse(text).Children);
        Assert.Equal(("a", "1"), (node.Name, node.Value));
    }

    [Fact]
    public void The_first_separator_parts_key_and_value() =>
        Assert.Equal("127.0.0.1:8000=x", Parse("listen: 127.0.0.1:8000=x").Children[0].Value);

    [Fact]
    public void A_last_line_without_newline_is_read_whole() => Assert.Equal("10", Parse("size: 10").Children[0].Value);

    [Fact]
    public void One_more_tab_is_one_level_deeper_and_fewer_lead_back()
    {
        var file = Parse("a:\n\tb:\n\t\tc: 1\n\td: 2\ne: 3\n");
        Assert.Equal(["a", "e"], file.Children.Select(node => node.Name));
        Assert.Equal(["b", "d"], file.Children[0].Children.Select(node => node.Name));
        Assert.Equal(
            ("c", 3), (file.Children[0].Children[0].Children[0].Name, file.Children[0].Children[0].Children[0].Line));
    }

    [Fact]
    public void A_comment_does_not_end_a_section()
    {
        var file = Parse("a:\n# comment\n\tb: 1\n");
        Assert.Equal("b", Assert.Single(file.Children[0].Children).Name);
    }

    [Fact]
    public void A_line_above_the_originals_4095_bytes_is_one_line() =>
        Assert.Equal(10_000, Parse("a: " + new string('x', 10_000) + "\nb: 1").Children[0].Value.Length);

    [Theory]
    [InlineData("a:\n    b: 1\n", "x.conf:2: the line begins with a space; indent with TABs only")]
    [InlineData(" # comment\n", "x.conf:1: the line begins with a space; indent with TABs only")]
    [InlineData("a:\n\tauth none\n", "x.conf:2: \"auth none\" has neither : nor =; it wants KEY: VALUE")]
    [InlineData("a:\n\n\t\t\tb: 1\n", "x.conf:3: b is indented by 3 TABs, below a line that leaves room for 1 at most")]
    [InlineData("a:\n\t\tb: 1\n", "x.conf:2: b is indented by 2 TABs, below a line that leaves room for 1 at most")]
    [InlineData("\ta: 1\n", "x.conf:1: a is indented by 1 TABs, below a line that leaves room for 0 at most")]
    public void What_the_original_refuses_is_refused_with_its_line(string text, string message) =>
        Assert.Equal(message, Assert.Throws<ConfigurationException>(() => Parse(text)).Message);

    [Fact]
    public void A_line_beyond_all_reason_is_refused() =>
        Assert.StartsWith(
            "x.conf:2: the line is 70000 characters long",
            Assert.Throws<ConfigurationException>(() => Parse("a: 1\n" + new string('#', 70_000))).Message,
            StringComparison.Ordinal);

    private static ConfNode Parse(string text) => ConfParser.Parse(Encoding.UTF8.GetBytes(text), "x.conf");
}
