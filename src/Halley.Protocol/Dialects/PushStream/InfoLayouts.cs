using Halley.Protocol.Reports;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>The text around the fields of a report, as the original writes it.</summary>
internal static class InfoLayouts
{
    /// <summary>One channel, alone or in a list.</summary>
    public static readonly Layouts Channel = new(
        Plain: new Layout("", "", "\r\n", ""),
        Json: new Layout("{", "", ", ", "}"),
        Xml: new Layout("<channel>\r\n", "  ", "\r\n", "\r\n</channel>\r\n"),
        Yaml: new Layout("", "  ", "\r\n", "\r\n"));

    /// <summary>Around one channel that is the whole body.</summary>
    public static readonly Layouts Alone = new(
        Plain: new Layout("", "", "", "\r\n"),
        Json: new Layout("", "", "", "\r\n"),
        Xml: new Layout(Layouts.Declaration, "", "", "\r\n"),
        Yaml: new Layout("", "", "", ""));

    /// <summary>The report on the server before a list of channels.</summary>
    public static readonly Layouts GroupHead = new(
        Plain: new Layout("", "", ", ", ", "),
        Json: new Layout("{", "", ", ", ", "),
        Xml: new Layout(Layouts.Declaration + "<root>\r\n", "  ", "\r\n", "\r\n"),
        Yaml: new Layout("", "", "\r\n", "\r\n"));

    /// <summary>Around and between the channels of a list.</summary>
    public static readonly Layouts GroupChannels = new(
        Plain: new Layout("infos: \r\n", "", ",\r\n", "\r\n"),
        Json: new Layout("\"infos\": [\r\n", "", ",\r\n", "\r\n]}\r\n"),
        Xml: new Layout("  <infos>\r\n", "", "", "  </infos>\r\n</root>\r\n"),
        Yaml: new Layout("infos: \r\n", " -\r\n", "", ""));

    /// <summary>The server alone; its one worker follows.</summary>
    public static readonly Layouts Summary = new(
        Plain: new Layout("", "", "\r\n", "\r\n"),
        Json: new Layout("{", "", ", ", ", "),
        Xml: new Layout(Layouts.Declaration + "<infos>\r\n", "  ", "\r\n", "\r\n"),
        Yaml: new Layout("", "  ", "\r\n", "\r\n"));

    /// <summary>The one process that serves all, and the end of the summary.</summary>
    public static readonly Layouts Worker = new(
        Plain: new Layout("by_worker:\r\n", "  ", "\r\n", "\r\n"),
        Json: new Layout("\"by_worker\": [\r\n{", "", ", ", "}\r\n]}\r\n"),
        Xml: new Layout(
            "  <by_worker>\r\n  <worker>\r\n",
            "    ",
            "\r\n",
            "\r\n  </worker>\r\n  </by_worker>\r\n</infos>\r\n"),
        Yaml: new Layout("  by_worker:\r\n   -\r\n", "    ", "\r\n", "\r\n"));
}
