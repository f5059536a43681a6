namespace Halley.Protocol.Reports;

/// <summary>The languages that channels and servers are reported in.</summary>
internal enum ReportLanguage
{
    Plain,
    Json,
    Xml,
    Yaml,
}
