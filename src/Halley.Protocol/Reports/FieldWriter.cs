namespace Halley.Protocol.Reports;

/// <summary>A name and a value in each language, without what stands around them.</summary>
internal static class FieldWriter
{
    public static void Write(ReportLanguage language, in FieldValue field, ByteBuffer output)
    {
        switch (language)
        {
            case ReportLanguage.Json:
                WriteJson(field, output);
                break;
            case ReportLanguage.Xml:
                WriteXml(field, output);
                break;
            case ReportLanguage.Yaml:
                WriteYaml(field, output);
                break;
            default:
                WritePlain(field, output);
                break;
        }
    }

    private static void WriteJson(in FieldValue field, ByteBuffer output)
    {
        output.WriteByte((byte)'"');
        output.Write(field.Field.NameIn(ReportLanguage.Json));
        output.Write("\": "u8);
        if (field.Field.Kind == FieldKind.Text)
        {
            output.WriteByte((byte)'"');
            JsonText.Write(field.Text, inScript: false, output);
            output.WriteByte((byte)'"');
        }
        else
        {
            WriteToken(field, inQuotes: field.Field.Kind != FieldKind.Number, output);
        }
    }

    private static void WriteXml(in FieldValue field, ByteBuffer output)
    {
        var name = field.Field.NameIn(ReportLanguage.Xml);
        output.WriteByte((byte)'<');
        output.Write(name);
        if (field.Field.Kind == FieldKind.Text)
        {
            // Else parsers leave out what is nothing but white space.
            output.Write(XmlText.IsBlank(field.Text) ? " xml:space=\"preserve\">"u8 : ">"u8);
            XmlText.Write(field.Text, output);
        }
        else
        {
            output.WriteByte((byte)'>');
            WriteToken(field, inQuotes: false, output);
        }

        output.Write("</"u8);
        output.Write(name);
        output.WriteByte((byte)'>');
    }

    private static void WriteYaml(in FieldValue field, ByteBuffer output)
    {
        output.Write(field.Field.NameIn(ReportLanguage.Yaml));
        output.Write(": "u8);
        if (field.Field.Kind == FieldKind.Text)
        {
            YamlText.Write(field.Text, output);
        }
        else
        {
            WriteToken(field, inQuotes: field.Field.Kind == FieldKind.Quoted, output);
        }
    }

    private static void WritePlain(in FieldValue field, ByteBuffer output)
    {
        output.Write(field.Field.NameIn(ReportLanguage.Plain));
        output.Write(": "u8);
        if (field.Field.Kind == FieldKind.Text)
        {
            LineText.Write(field.Text, output);
        }
        else
        {
            WriteToken(field, inQuotes: false, output);
        }

        output.Write(field.Field.Unit);
    }

    private static void WriteToken(in FieldValue field, bool inQuotes, ByteBuffer output)
    {
        output.Write(inQuotes ? "\""u8 : default);
        if (field.Text is { } text)
        {
            output.Write(text);
        }
        else
        {
            output.WriteDecimal(field.Number);
        }

        output.Write(inQuotes ? "\""u8 : default);
    }
}
