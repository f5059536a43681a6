using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;
using Halley.Protocol.Dialects.PushStream;
using Halley.Testing.Properties;
using YamlDotNet.RepresentationModel;

namespace Halley.Protocol.Tests.PushStream;

/// <summary>
/// Whatever strangers call their channels, real parsers read the statistics, and read the names that there are.
/// </summary>
public class ReadableInfoTests
{
    private static readonly ServerInfo Server = new(
        14, 2, 22, 20, 5, new ServerShare(
            "null", 22518, new DateTimeOffset(2026, 11, 22, 1, 46, 0, TimeSpan.Zero), 75, 2, 0, 1, 3, 4));

    // What means something in one of the languages, or is no text in one.
    private static readonly string[] Telling =
    [
        "", " ", "\t", "\r\n", "a ", " a", "null", "Null", "~", "true", "NO", "y", "1", "1e3", "0x1F", "1_0", "12:30",
        "2026-11-22", ".inf", ".NaN", "=", "<<",
        "-", "- a", "--- a", "...", ":", "a: b", "#", "a #b", "@a", "%a", "&a", "*a", "!a", "|", ">", "?", "? a", "[a",
        "{a", "`", ",", "'a'", "\"a\"", "\\", "\\n",
        "]]>", "<!--", "&amp;", "</name>", "\0", "\u001B", "\u007F", "\u0085", "\u00A0", "\u2028", "\u2029", "\uFEFF",
        "\uFEFFa", "\uFFFE", "\uFFFF", "\U0001FFFE", "😀",
    ];

    private static readonly Arbitrary<byte[]> Names = Arb.From(
        Gen.OneOf(
            Gen.Elements(Telling).Select(text => text.Utf8()),
            Gen.Elements(Telling).ArrayOf(3).Select(texts => string.Concat(texts).Utf8()),
            Any.Utf8.Generator,
            Any.Bytes.Generator),
        Any.Bytes.Shrinker);

    [Fact]
    public void Json() => Claim.Holds(
        Names,
        name =>
        {
            using var one = JsonDocument.Parse(Write("application/json", format => format.WriteChannel, name));
            Assert.Equal(TextOf(name), one.RootElement.GetProperty("channel").GetString());
            using var group = JsonDocument.Parse(WriteGroup("application/json", name));
            Assert.Equal(
                [TextOf(name), "b"], group.RootElement.GetProperty("infos").EnumerateArray().Select(
                    info => info.GetProperty("channel").GetString()));
        },
        times: 1000);

    [Fact]
    public void Xml() => Claim.Holds(
        Names,
        name =>
        {
            var speakable = string.Concat(
                TextOf(name).Select(c => c is '\t' or '\r' or '\n' || (c >= ' ' && c < '\uFFFE') ? c : '\uFFFD'));
            var one = XDocument.Load(Write("application/xml", format => format.WriteChannel, name)).Root!;
            Assert.Equal(speakable, one.Element("name")!.Value);
            Assert.Equal("3", one.Element("subscribers")!.Value);
            var group = XDocument.Load(WriteGroup("application/xml", name)).Root!;
            Assert.Equal(
                [speakable, "b"], group.Element("infos")!.Elements().Select(info => info.Element("name")!.Value));
        },
        times: 1000);

    [Fact]
    public void Yaml() => Claim.Holds(
        Names,
        name =>
        {
            AssertText(
                TextOf(name),
                Child(ParseYaml(Write("application/yaml", format => format.WriteChannel, name)), "channel"));
            var group = ParseYaml(WriteGroup("application/yaml", name));
            AssertText("null", Child(group, "hostname"));
            Assert.Equal(
                [TextOf(name), "b"], ((YamlSequenceNode)Child(group, "infos")).Select(
                    info => ((YamlScalarNode)Child((YamlMappingNode)info, "channel")).Value));
        },
        times: 1000);

    [Fact]
    public void Text() => Claim.Holds(
        Names,
        name =>
        {
            var bytes = Write("text/plain", format => format.WriteChannel, name).ToArray();
            Assert.True(Utf8.IsValid(bytes));
            var lines = Encoding.UTF8.GetString(bytes).ReplaceLineEndings("\n").Split('\n');
            Assert.Equal(["published_messages: 1", "stored_messages: 2", "active_subscribers: 3", ""], lines[1..]);
            Assert.Equal(name, LineText.Read(lines[0]["channel: ".Length..].Utf8()).ToArray());
        },
        times: 1000);

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/xml")]
    [InlineData("application/yaml")]
    public void The_server_alone(string type)
    {
        var output = new ByteBuffer();
        InfoFormat.For(type.Utf8()).WriteSummary(Server, output);
        var read = new MemoryStream(output.Written.ToArray());
        var channels = type switch
        {
            "application/json" => JsonDocument.Parse(read).RootElement.GetProperty("channels").GetInt32().ToString(
                CultureInfo.InvariantCulture),
            "application/xml" => XDocument.Load(read).Root!.Element("channels")!.Value,
            _ => ((YamlScalarNode)Child(ParseYaml(read), "channels")).Value,
        };
        Assert.Equal("14", channels);
    }

    private static string TextOf(byte[] name) => Encoding.UTF8.GetString(name);

    private delegate void Writer(in ChannelInfo channel, ByteBuffer output);

    private static MemoryStream Write(string type, Func<InfoFormat, Writer> writer, byte[] name)
    {
        var output = new ByteBuffer();
        writer(InfoFormat.For(type.Utf8()))(new ChannelInfo(name, 1, 2, 3), output);
        return new MemoryStream(output.Written.ToArray());
    }

    private static MemoryStream WriteGroup(string type, byte[] name)
    {
        var output = new ByteBuffer();
        InfoFormat.For(type.Utf8()).WriteGroup(
            Server, [new ChannelInfo(name, 1, 2, 3), new ChannelInfo("b"u8.ToArray(), 1, 2, 3)], output);
        return new MemoryStream(output.Written.ToArray());
    }

    private static YamlMappingNode ParseYaml(MemoryStream yaml)
    {
        using var reader = new StreamReader(yaml, new UTF8Encoding(false, throwOnInvalidBytes: true));
        var documents = new YamlStream();
        documents.Load(reader);
        return (YamlMappingNode)Assert.Single(documents.Documents).RootNode;
    }

    private static YamlNode Child(YamlMappingNode parent, string key) => parent.Children[new YamlScalarNode(key)];

    // A plain scalar is text only where no schema takes it for something else.
    private static void AssertText(string expected, YamlNode node)
    {
        var scalar = Assert.IsType<YamlScalarNode>(node);
        Assert.Equal(expected, scalar.Value);
        Assert.True(
            scalar.Style == YamlDotNet.Core.ScalarStyle.DoubleQuoted
                || (char.IsAsciiLetter(expected[0]) && !Telling.Contains(expected, StringComparer.OrdinalIgnoreCase))
                || expected[0] is '_' or '/' or '$' or '(');
    }
}
