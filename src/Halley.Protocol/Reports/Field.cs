using System.Text;

namespace Halley.Protocol.Reports;

/// <summary>The form of a field's value.</summary>
internal enum FieldKind
{
    Number,

    /// <summary>Digits and signs that need no escaping; in quotation marks in JSON only.</summary>
    Token,

    /// <summary>The same, but in quotation marks in YAML too.</summary>
    Quoted,

    /// <summary>Any bytes, escaped as the language asks for.</summary>
    Text,
}

/// <summary>One field of a report: its name in each language and the kind of its value.</summary>
/// <param name="name">ASCII that no language has to escape, as are the others.</param>
/// <param name="plain">The name in plain text, where that is another.</param>
/// <param name="xml">The name of the element in XML, where that is another.</param>
/// <param name="unit">What follows the value in plain text.</param>
internal sealed class Field(
    string name, FieldKind kind = FieldKind.Number, string? plain = null, string? xml = null, string unit = "")
{
    private readonly byte[] _name = Encoding.ASCII.GetBytes(name);
    private readonly byte[] _plain = Encoding.ASCII.GetBytes(plain ?? name);
    private readonly byte[] _xml = Encoding.ASCII.GetBytes(xml ?? name);
    private readonly byte[] _unit = Encoding.ASCII.GetBytes(unit);

    public FieldKind Kind { get; } = kind;

    /// <summary>Appended to the value in plain text; may be empty.</summary>
    public ReadOnlySpan<byte> Unit => _unit;

    public ReadOnlySpan<byte> NameIn(ReportLanguage language) => language switch
    {
        ReportLanguage.Plain => _plain,
        ReportLanguage.Xml => _xml,
        _ => _name,
    };

    public FieldValue Is(long number) => new(this, number, null);

    public FieldValue Is(byte[] text) => new(this, 0, text);

    public FieldValue Is(string? text) => new(this, 0, Encoding.UTF8.GetBytes(text ?? ""));
}

/// <summary>A field with its value.</summary>
/// <param name="Text">Null where the value is the number.</param>
internal readonly record struct FieldValue(Field Field, long Number, byte[]? Text);
