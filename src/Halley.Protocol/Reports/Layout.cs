using System.Text;

namespace Halley.Protocol.Reports;

/// <summary>The text around a list of fields in one language: ASCII.</summary>
/// <param name="before">Before the first, even where there is none.</param>
/// <param name="indent">Before each.</param>
/// <param name="between">Between any two.</param>
/// <param name="after">After the last, even where there is none.</param>
internal sealed class Layout(string before, string indent, string between, string after)
{
    private readonly byte[] _before = Encoding.ASCII.GetBytes(before);
    private readonly byte[] _indent = Encoding.ASCII.GetBytes(indent);
    private readonly byte[] _between = Encoding.ASCII.GetBytes(between);
    private readonly byte[] _after = Encoding.ASCII.GetBytes(after);

    public ReadOnlySpan<byte> Before => _before;

    public ReadOnlySpan<byte> Indent => _indent;

    public ReadOnlySpan<byte> Between => _between;

    public ReadOnlySpan<byte> After => _after;
}

/// <summary>A list of fields in every language.</summary>
internal sealed record Layouts(Layout Plain, Layout Json, Layout Xml, Layout Yaml)
{
    /// <summary>The beginning of an XML document of either dialect.</summary>
    public const string Declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\r\n";

    public Layout In(ReportLanguage language) => language switch
    {
        ReportLanguage.Json => Json,
        ReportLanguage.Xml => Xml,
        ReportLanguage.Yaml => Yaml,
        _ => Plain,
    };

    /// <summary>Writes the fields in their order.</summary>
    public void Write(ReportLanguage language, ReadOnlySpan<FieldValue> fields, ByteBuffer output)
    {
        var layout = In(language);
        output.Write(layout.Before);
        for (var i = 0; i < fields.Length; i++)
        {
            output.Write(i > 0 ? layout.Between : default);
            output.Write(layout.Indent);
            FieldWriter.Write(language, fields[i], output);
        }

        output.Write(layout.After);
    }
}
