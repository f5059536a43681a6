using Halley.Protocol.Reports;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>The text around the fields of a report, as nchan writes it.</summary>
internal static class InfoLayouts
{
    public static readonly Layouts Channel = new(
        Plain: new Layout("", "", "\r\n", ""),
        Json: new Layout("{", "", ", ", " }"),
        Xml: new Layout(Layouts.Declaration + "<channel>\r\n", "  ", "\r\n", "\r\n</channel>"),
        Yaml: new Layout("---\r\n", "", "\r\n", "\r\n\r\n"));

    /// <summary>The counts of a group; its limits follow.</summary>
    public static readonly Layouts Group = new(
        Plain: new Layout("", "", "\r\n", "\r\n"),
        Json: new Layout("{\r\n", "  ", ",\r\n", ",\r\n"),
        Xml: new Layout(Layouts.Declaration + "<group>\r\n", "  ", "\r\n", "\r\n"),
        Yaml: new Layout("---\r\n", "", "\r\n", "\r\n"));

    /// <summary>The limits of a group, and the end of its report.</summary>
    public static readonly Layouts Limits = new(
        Plain: new Layout("limits:\r\n", "  ", "\r\n", "\r\n"),
        Json: new Layout("  \"limits\": {\r\n", "    ", ",\r\n", "\r\n  }\r\n}"),
        Xml: new Layout("  <limits>\r\n", "    ", "\r\n", "\r\n  </limits>\r\n</group>"),
        Yaml: new Layout("limits:\r\n", "  ", "\r\n", "\r\n\r\n"));
}
