using System.Text.Json;
using Halley.Protocol.Dialects.PushStream;

namespace Halley.Protocol.Tests.PushStream;

public class InfoFormatTests
{
    private static readonly ServerInfo Server = new(
        14, 2, 22, 20, 5, new ServerShare(
            "vm", 22518, new DateTimeOffset(2026, 11, 22, 1, 46, 0, TimeSpan.Zero), 75, 2, 0, 1, 3, 4));

    private static readonly ChannelInfo One = new("ch1"u8.ToArray(), 1, 1, 0);
    private static readonly ChannelInfo Two = new("ch2"u8.ToArray(), 7, 5, 3);

    [Theory]
    [InlineData("", "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("text/html", "application/json")]
    [InlineData("text/plain", "text/plain")]
    [InlineData("application/json", "application/json")]
    [InlineData("text/x-json", "text/x-json")]
    [InlineData("application/yaml", "application/yaml")]
    [InlineData("text/x-yaml", "text/x-yaml")]
    [InlineData("text/xml", "application/xml")]
    [InlineData("TEXT/PLAIN", "text/plain")]
    [InlineData("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/xml")]
    [InlineData("text/html, text/plain;q=0.1, application/xml", "text/plain")]
    public void The_first_known_subtype_of_accept_decides(string accept, string type) =>
        Assert.Equal(type, InfoFormat.For(accept.Utf8()).ContentType);

    [Theory]
    [InlineData(
        "application/json",
        "{\"channel\": \"ch1\", \"published_messages\": 1, \"stored_messages\": 1, \"subscribers\": 0}\r\n")]
    [InlineData(
        "text/plain", "channel: ch1\r\npublished_messages: 1\r\nstored_messages: 1\r\nactive_subscribers: 0\r\n")]
    [InlineData(
        "application/yaml",
        "  channel: ch1\r\n  published_messages: 1\r\n  stored_messages: 1\r\n  subscribers: 0\r\n")]
    [InlineData(
        "application/xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\r\n<channel>\r\n  <name>ch1</name>\r\n"
            + "  <published_messages>1</published_messages>\r\n  <stored_messages>1</stored_messages>\r\n"
            + "  <subscribers>0</subscribers>\r\n</channel>\r\n\r\n")]
    public void A_channel_is_told_of_in_the_originals_bytes(string accept, string body) =>
        Assert.Equal(body, Write(accept, (format, output) => format.WriteChannel(One, output)));

    [Theory]
    [InlineData(
        "application/json",
        "{\"hostname\": \"vm\", \"time\": \"2026-11-22T01:46:00\", \"channels\": 14, \"wildcard_channels\": 2, "
            + "\"uptime\": 75, \"infos\": [\r\n{\"channel\": \"ch1\", \"published_messages\": 1, \"stored_messages\": "
            + "1, \"subscribers\": 0},\r\n{\"channel\": \"ch2\", \"published_messages\": 7, \"stored_messages\": 5, "
            + "\"subscribers\": 3}\r\n]}\r\n")]
    [InlineData(
        "text/plain",
        "hostname: vm, time: 2026-11-22T01:46:00, channels: 14, wildcard_channels: 2, uptime: 75, infos: \r\n"
            + "channel: ch1\r\npublished_messages: 1\r\nstored_messages: 1\r\nactive_subscribers: 0,\r\n"
            + "channel: ch2\r\npublished_messages: 7\r\nstored_messages: 5\r\nactive_subscribers: 3\r\n")]
    [InlineData(
        "text/x-yaml",
        "hostname: vm\r\ntime: 2026-11-22T01:46:00\r\nchannels: 14\r\nwildcard_channels: 2\r\nuptime: 75\r\ninfos: \r\n"
            + " -\r\n  channel: ch1\r\n  published_messages: 1\r\n  stored_messages: 1\r\n  subscribers: 0\r\n -\r\n"
            + "  channel: ch2\r\n  published_messages: 7\r\n  stored_messages: 5\r\n  subscribers: 3\r\n")]
    [InlineData(
        "application/xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\r\n<root>\r\n  <hostname>vm</hostname>\r\n"
            + "  <time>2026-11-22T01:46:00</time>\r\n  <channels>14</channels>\r\n"
            + "  <wildcard_channels>2</wildcard_channels>\r\n  <uptime>75</uptime>\r\n  <infos>\r\n<channel>\r\n"
            + "  <name>ch1</name>\r\n  <published_messages>1</published_messages>\r\n"
            + "  <stored_messages>1</stored_messages>\r\n  <subscribers>0</subscribers>\r\n</channel>\r\n<channel>\r\n"
            + "  <name>ch2</name>\r\n  <published_messages>7</published_messages>\r\n"
            + "  <stored_messages>5</stored_messages>\r\n  <subscribers>3</subscribers>\r\n</channel>\r\n  </infos>\r\n"
            + "</root>\r\n")]
    public void Several_channels_are_told_of_in_the_originals_bytes(string accept, string body) =>
        Assert.Equal(body, Write(accept, (format, output) => format.WriteGroup(Server, [One, Two], output)));

    [Theory]
    [InlineData(
        "application/json",
        "{\"hostname\": \"vm\", \"time\": \"2026-11-22T01:46:00\", \"channels\": 14, \"wildcard_channels\": 2, "
            + "\"published_messages\": 22, \"stored_messages\": 20, \"messages_in_trash\": 1, \"channels_in_delete\": "
            + "3, \"channels_in_trash\": 4, \"subscribers\": 5, \"uptime\": 75, \"by_worker\": [\r\n"
            + "{\"pid\": \"22518\", \"subscribers\": 5, \"uptime\": 75}\r\n]}\r\n")]
    [InlineData(
        "text/plain",
        "hostname: vm\r\ntime: 2026-11-22T01:46:00\r\nchannels: 14\r\nwildcard_channels: 2\r\n"
            + "published_messages: 22\r\nstored_messages: 20\r\nmessages_in_trash: 1\r\nchannels_in_delete: 3\r\n"
            + "channels_in_trash: 4\r\nsubscribers: 5\r\nuptime: 75\r\nby_worker:\r\n  pid: 22518\r\n"
            + "  subscribers: 5\r\n  uptime: 75\r\n")]
    [InlineData(
        "application/yaml",
        "  hostname: vm\r\n  time: 2026-11-22T01:46:00\r\n  channels: 14\r\n  wildcard_channels: 2\r\n"
            + "  published_messages: 22\r\n  stored_messages: 20\r\n  messages_in_trash: 1\r\n"
            + "  channels_in_delete: 3\r\n  channels_in_trash: 4\r\n  subscribers: 5\r\n  uptime: 75\r\n"
            + "  by_worker:\r\n   -\r\n    pid: 22518\r\n    subscribers: 5\r\n    uptime: 75\r\n")]
    [InlineData(
        "application/xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\r\n<infos>\r\n  <hostname>vm</hostname>\r\n"
            + "  <time>2026-11-22T01:46:00</time>\r\n  <channels>14</channels>\r\n"
            + "  <wildcard_channels>2</wildcard_channels>\r\n  <published_messages>22</published_messages>\r\n"
            + "  <stored_messages>20</stored_messages>\r\n  <messages_in_trash>1</messages_in_trash>\r\n"
            + "  <channels_in_delete>3</channels_in_delete>\r\n  <channels_in_trash>4</channels_in_trash>\r\n"
            + "  <subscribers>5</subscribers>\r\n  <uptime>75</uptime>\r\n  <by_worker>\r\n  <worker>\r\n"
            + "    <pid>22518</pid>\r\n    <subscribers>5</subscribers>\r\n    <uptime>75</uptime>\r\n  </worker>\r\n"
            + "  </by_worker>\r\n</infos>\r\n")]
    public void The_server_is_told_of_in_the_originals_bytes(string accept, string body) =>
        Assert.Equal(body, Write(accept, (format, output) => format.WriteSummary(Server, output)));

    [Fact]
    public void No_channel_is_an_empty_list() => Assert.EndsWith(
        "\"infos\": [\r\n\r\n]}\r\n",
        Write("application/json", (format, output) => format.WriteGroup(Server, [], output)),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("quo\"te")]
    [InlineData("back\\slash")]
    [InlineData("line\r\nend\0")]
    [InlineData("\u00e4\u2028")]
    public void Whatever_a_channel_is_called_the_json_can_be_read(string name)
    {
        var json = Write(
            "application/json", (format, output) => format.WriteChannel(new ChannelInfo(name.Utf8(), 1, 1, 0), output));
        Assert.Equal(
            name, JsonDocument.Parse(System.Text.Encoding.UTF8.GetString(json.Latin1()))
                .RootElement.GetProperty("channel")
                .GetString());
    }

    [Theory]
    [InlineData("application/xml", "<a>&\"\x01", "<name>&lt;a&gt;&amp;&quot;&#xFFFD;</name>")]
    [InlineData("application/yaml", "a: b", "  channel: \"a: b\"\r\n")]
    [InlineData("application/yaml", "- a", "  channel: \"- a\"\r\n")]
    [InlineData("application/yaml", "a\r\n  stored_messages: 9", "  channel: \"a\\r\\n  stored_messages: 9\"\r\n")]
    [InlineData("text/plain", "a\r\nstored_messages: 9", "channel: a\\r\\nstored_messages: 9\r\n")]
    public void No_name_can_say_something_else(string accept, string name, string written) => Assert.Contains(
        written,
        Write(accept, (format, output) => format.WriteChannel(new ChannelInfo(name.Utf8(), 1, 1, 0), output)),
        StringComparison.Ordinal);

    private static string Write(string accept, Action<InfoFormat, ByteBuffer> write)
    {
        var output = new ByteBuffer();
        write(InfoFormat.For(accept.Utf8()), output);
        return output.Written.Latin1();
    }
}
