using System.Globalization;
using System.Text;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// How channels and the server are told of: one of four languages, chosen by the Accept field. The bytes are the
/// original's, but for names, which are escaped.
/// </summary>
internal abstract class InfoFormat
{
    private static readonly InfoFormat Json = new JsonInfo("application/json");

    // As the original looks for them: what a subtype begins with decides, and brings its own type.
    private static readonly (byte[] Subtype, InfoFormat Format)[] Known =
    [
        ("plain"u8.ToArray(), new PlainInfo("text/plain")),
        ("json"u8.ToArray(), Json),
        ("yaml"u8.ToArray(), new YamlInfo("application/yaml")),
        ("xml"u8.ToArray(), new XmlInfo("application/xml")),
        ("x-json"u8.ToArray(), new JsonInfo("text/x-json")),
        ("x-yaml"u8.ToArray(), new YamlInfo("text/x-yaml")),
    ];

    protected InfoFormat(string contentType) => ContentType = contentType;

    public string ContentType { get; }

    public static IEnumerable<InfoFormat> All => Known.Select(known => known.Format);

    /// <summary>The first that the client names; JSON where it names none.</summary>
    public static InfoFormat For(ReadOnlySpan<byte> accept)
    {
        foreach (var range in accept.Split((byte)','))
        {
            var type = accept[range];
            var subtype = type[(type.IndexOf((byte)'/') + 1)..];
            foreach (var (name, format) in Known)
            {
                if (subtype.Length < type.Length
                    && subtype.Length >= name.Length
                    && Ascii.EqualsIgnoreCase(subtype[..name.Length], name))
                {
                    return format;
                }
            }
        }

        return Json;
    }

    /// <summary>One channel, as the whole body.</summary>
    public abstract void WriteChannel(in ChannelInfo channel, ByteBuffer output);

    /// <summary>Some channels and a few words about the server.</summary>
    public abstract void WriteGroup(ServerInfo server, IReadOnlyList<ChannelInfo> channels, ByteBuffer output);

    /// <summary>The server alone.</summary>
    public abstract void WriteSummary(ServerInfo server, ByteBuffer output);

    /// <summary>The head of a group: keys and values in the original's order.</summary>
    protected static (string Key, string Value)[] GroupFields(ServerInfo server) =>
    [
        ("hostname", server.Process.HostName),
        ("time", Text(server.Process.Time)),
        ("channels", Text(server.Channels)),
        ("wildcard_channels", Text(server.WildcardChannels)),
        ("uptime", Text(server.Process.Uptime)),
    ];

    protected static (string Key, string Value)[] SummaryFields(ServerInfo server) =>
    [
        ("hostname", server.Process.HostName),
        ("time", Text(server.Process.Time)),
        ("channels", Text(server.Channels)),
        ("wildcard_channels", Text(server.WildcardChannels)),
        ("published_messages", Text(server.PublishedMessages)),
        ("stored_messages", Text(server.StoredMessages)),
        ("messages_in_trash", Text(server.Process.MessagesInTrash)),
        ("channels_in_delete", Text(server.Process.ChannelsInDelete)),
        ("channels_in_trash", Text(server.Process.ChannelsInTrash)),
        ("subscribers", Text(server.Subscribers)),
        ("uptime", Text(server.Process.Uptime)),
    ];

    /// <summary>The one process that serves all.</summary>
    protected static (string Key, string Value)[] WorkerFields(ServerInfo server) =>
    [
        ("pid", Text(server.Process.ProcessId)),
        ("subscribers", Text(server.Subscribers)),
        ("uptime", Text(server.Process.Uptime)),
    ];

    protected static void Write(string text, ByteBuffer output) => Encoding.UTF8.GetBytes(text, output);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(DateTimeOffset time) =>
        time.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture);
}
