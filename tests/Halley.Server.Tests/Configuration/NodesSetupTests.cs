using System.Text;
using Halley.Server.Configuration;
using Halley.Server.Nodes;

namespace Halley.Server.Tests.Configuration;

/// <summary>What the section nodes comes to, and what is said of one that comes to nothing.</summary>
public class NodesSetupTests
{
    private const string List = "\"list\": [\"a 127.0.0.1:8200 http://a.example.com:8100/\", \"b [::1]:8201 https://b.example.com/icomet\"]";
    private const string Key = "\"key\": \"0123456789abcdef\"";

    [Fact]
    public void Without_the_section_there_are_no_nodes() => Assert.Null(NodesSetup.Read(new HalleyOptions()));

    [Fact]
    public void A_list_names_the_nodes_and_where_this_one_listens()
    {
        var setup = Read($"\"name\": \"b\", {List}, {Key}")!;

        Assert.Equal(["a", "b"], setup.List.All.Select(node => node.Name));
        Assert.Equal(("b", "https://b.example.com/icomet"), (setup.List.Own.Name, setup.List.Own.Front));
        Assert.Equal("http://a.example.com:8100", setup.List.All[0].Front);
        Assert.Equal("[::1]:8201", setup.Listen.ToString());
        Assert.Equal(TimeSpan.FromSeconds(2), setup.Options.Patience);
        Assert.Equal("0.0.0.0:8300", Read($"\"name\": \"b\", \"listen\": \":8300\", {List}, {Key}")!.Listen.ToString());
    }

    [Fact]
    public void Every_address_of_a_name_is_a_node()
    {
        var setup = Read($"\"dns\": \"127.0.0.1:8200\", \"front\": \"http://{{node}}:8100\", {Key}")!;

        Assert.Equal(("127.0.0.1", "http://127.0.0.1:8100", 8200), (setup.List.Own.Name, setup.List.Own.Front, setup.List.Own.Port));
    }

    [Fact]
    public void A_key_may_stand_in_a_file_with_a_line_end()
    {
        using var folder = new TemporaryDirectory();
        var path = folder.Write("key", "0123456789abcdef\n");

        Assert.Equal("0123456789abcdef"u8, Read($"\"name\": \"a\", {List}, \"key_file\": \"{path}\"")!.Options.Key);
    }

    [Theory]
    [InlineData($"\"name\": \"c\", {List}, {Key}", "nodes.name is \"c\", which nodes.list does not have; it has a, b")]
    [InlineData($"{List}, {Key}", "nodes.name is missing: which of a, b is this one?")]
    [InlineData($"\"name\": \"a\", {Key}", "nodes.name is given, and nodes.list is empty; list all nodes there, this one too")]
    [InlineData("\"name\": \"a\", \"list\": [\"a 127.0.0.1:1 http://a\", \"a 127.0.0.1:2 http://b\"]", "nodes.list has the node a twice; leave one of the two")]
    [InlineData($"\"name\": \"a\", {List}", "nodes.key and nodes.key_file are not given; give one of them, the same on all nodes")]
    [InlineData($"\"name\": \"a\", {List}, {Key}, \"key_file\": \"x\"", "nodes.key and nodes.key_file are both given; give one of them, the same on all nodes")]
    [InlineData($"\"name\": \"a\", {List}, \"key\": \"0123456789abcde\"", "the nodes' key has 15 bytes; it wants at least 16, such as openssl rand -hex 32 gives")]
    [InlineData($"\"name\": \"a\", {List}, \"key_file\": \"/none/key\"", "nodes.key_file /none/key cannot be read: ")]
    [InlineData($"\"name\": \"a\", \"dns\": \"x:1\", {List}, {Key}", "nodes.list and nodes.dns are both given; leave one of the two")]
    [InlineData($"\"dns\": \"x\", {Key}", "nodes.dns is \"x\"; it wants HOST:PORT such as halley.internal:8200")]
    [InlineData($"\"dns\": \"127.0.0.1:1\", \"front\": \"http://x\", {Key}", "nodes.front is \"http://x\"; with nodes.dns it wants a URL with {node} such as http://{node}:8100")]
    [InlineData($"\"dns\": \"192.0.2.1:1\", \"front\": \"http://{{node}}\", {Key}", "none of 192.0.2.1, which are the addresses of 192.0.2.1, is this machine's; give its address as nodes.name, if it is behind another one")]
    public void What_comes_to_nothing_is_told_with_what_would_be_right(string section, string message) =>
        Assert.StartsWith(message, Assert.Throws<ConfigurationException>(() => Read(section)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("a")]
    [InlineData("a 127.0.0.1:1")]
    [InlineData("a 127.0.0.1 http://a")]
    [InlineData("a :1 http://a")]
    [InlineData("a 127.0.0.1:0 http://a")]
    [InlineData("a/b 127.0.0.1:1 http://a")]
    [InlineData("a 127.0.0.1:1 a.example.com")]
    [InlineData("a 127.0.0.1:1 ftp://a")]
    [InlineData("a 127.0.0.1:1 http://a/?x=y")]
    [InlineData("a 127.0.0.1:1 http://a more")]
    public void An_item_that_is_no_node_is_told_with_its_line(string item) => Assert.StartsWith(
        $"h.json:1: nodes.list is \"{item}\"; it wants NAME HOST:PORT URL, such as ",
        Assert.Throws<ConfigurationException>(() => JsonSettings.Read(Encoding.UTF8.GetBytes($"{{ \"nodes\": {{ \"list\": [\"{item}\"] }} }}"), "h.json")).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Nodes_do_not_go_together_with_workers()
    {
        var options = Load($"{{ \"engine\": {{ \"workers\": 2 }}, \"nodes\": {{ \"name\": \"a\", {List}, {Key} }} }}");

        Assert.StartsWith("nodes and engine.workers do not go together", Assert.Throws<ConfigurationException>(() => NodesSetup.Read(options)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nodes_do_not_go_together_with_endpoints_of_other_protocols()
    {
        var options = Load($"{{ \"nodes\": {{ \"name\": \"a\", {List}, {Key} }}, \"listeners\": [ {{ \"listen\": \":1\", \"endpoints\": [ {{ \"location\": \"/m\", \"kind\": \"mini-comet\" }} ] }} ] }}");

        Assert.Contains("this endpoint is a mini-comet; serve it from a server of its own", Assert.Throws<ConfigurationException>(() => NodesSetup.Read(options)).Message, StringComparison.Ordinal);
    }

    private static NodesSetup? Read(string section) => NodesSetup.Read(Load($"{{ \"nodes\": {{ {section} }} }}"));

    private static HalleyOptions Load(string json)
    {
        using var folder = new TemporaryDirectory();
        return HalleyConfiguration.Load(folder.Write("h.json", json), new Dictionary<string, string>(), []).Options;
    }
}
