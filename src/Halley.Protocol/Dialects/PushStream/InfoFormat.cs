using System.Text;
using Halley.Protocol.Reports;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// The form of reports on channels and the server: one of four languages, chosen by the Accept field. The bytes are the
/// original's, but for names, which are escaped.
/// </summary>
internal sealed class InfoFormat
{
    private static readonly InfoFormat Json = new(ReportLanguage.Json, "application/json");

    // As the original looks for them: what a subtype begins with decides, and brings its own type.
    private static readonly (byte[] Subtype, InfoFormat Format)[] Known =
    [
        ("plain"u8.ToArray(), new InfoFormat(ReportLanguage.Plain, "text/plain")),
        ("json"u8.ToArray(), Json),
        ("yaml"u8.ToArray(), new InfoFormat(ReportLanguage.Yaml, "application/yaml")),
        ("xml"u8.ToArray(), new InfoFormat(ReportLanguage.Xml, "application/xml")),
        ("x-json"u8.ToArray(), new InfoFormat(ReportLanguage.Json, "text/x-json")),
        ("x-yaml"u8.ToArray(), new InfoFormat(ReportLanguage.Yaml, "text/x-yaml")),
    ];

    private readonly ReportLanguage _language;

    private InfoFormat(ReportLanguage language, string contentType)
    {
        _language = language;
        ContentType = contentType;
    }

    public string ContentType { get; }

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
    public void WriteChannel(in ChannelInfo channel, ByteBuffer output)
    {
        var whole = InfoLayouts.Alone.In(_language);
        output.Write(whole.Before);
        channel.Write(InfoLayouts.Channel, _language, output);
        output.Write(whole.After);
    }

    /// <summary>Some channels and a few words about the server.</summary>
    public void WriteGroup(ServerInfo server, IReadOnlyList<ChannelInfo> channels, ByteBuffer output)
    {
        InfoLayouts.GroupHead.Write(_language, server.GroupFields(), output);
        var list = InfoLayouts.GroupChannels.In(_language);
        output.Write(list.Before);
        for (var i = 0; i < channels.Count; i++)
        {
            output.Write(i > 0 ? list.Between : default);
            output.Write(list.Indent);
            channels[i].Write(InfoLayouts.Channel, _language, output);
        }

        output.Write(list.After);
    }

    /// <summary>The server alone.</summary>
    public void WriteSummary(ServerInfo server, ByteBuffer output)
    {
        InfoLayouts.Summary.Write(_language, server.SummaryFields(), output);
        InfoLayouts.Worker.Write(_language, server.WorkerFields(), output);
    }
}
