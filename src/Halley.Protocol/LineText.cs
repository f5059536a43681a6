using System.Buffers;
using System.Globalization;
using System.Text;

namespace Halley.Protocol;

/// <summary>
/// Names in lines of plain text. Nothing in a name ends its line, for whichever reader, and every name can be read
/// back, byte by byte: a backslash is doubled, control characters and line ends are written as in JSON, and bytes that
/// are no UTF-8 as <c>\xff</c>.
/// </summary>
public static class LineText
{
    private static readonly SearchValues<byte> Plain =
        SearchValues.Create(
            [.. Enumerable.Range(0x20, 0x5F).Select(value => (byte)value).Where(value => value != '\\')]);

    public static void Write(ReadOnlySpan<byte> name, ByteBuffer output)
    {
        while (!name.IsEmpty)
        {
            var plain = name.IndexOfAnyExcept(Plain);
            if (plain != 0)
            {
                output.Write(plain < 0 ? name : name[..plain]);
                name = plain < 0 ? default : name[plain..];
                continue;
            }

            var isValid = Rune.DecodeFromUtf8(name, out var rune, out var length) == OperationStatus.Done;
            if (isValid)
            {
                WriteRune(rune, name[..length], output);
            }
            else
            {
                foreach (var value in name[..length])
                {
                    WriteEscape("\\x"u8, value, digits: 2, output);
                }
            }

            name = name[length..];
        }
    }

    /// <summary>
    /// Reads what <see cref="Write"/> wrote; a backslash that begins nothing of this stands for itself.
    /// </summary>
    public static ReadOnlySpan<byte> Read(ReadOnlySpan<byte> written)
    {
        if (!written.Contains((byte)'\\'))
        {
            return written;
        }

        var name = new ByteBuffer(written.Length);
        while (!written.IsEmpty)
        {
            var plain = written.IndexOf((byte)'\\');
            name.Write(plain < 0 ? written : written[..plain]);
            written = plain < 0 ? default : written[(plain + ReadEscape(written[plain..], name))..];
        }

        return name.Written;
    }

    private static void WriteRune(Rune rune, ReadOnlySpan<byte> text, ByteBuffer output)
    {
        switch (rune.Value)
        {
            case '\\':
                output.Write("\\\\"u8);
                break;
            case '\n':
                output.Write("\\n"u8);
                break;
            case '\r':
                output.Write("\\r"u8);
                break;
            case '\t':
                output.Write("\\t"u8);
                break;
            case 0x2028 or 0x2029:
            case var _ when Rune.IsControl(rune):
                WriteEscape("\\u"u8, rune.Value, digits: 4, output);
                break;
            default:
                output.Write(text);
                break;
        }
    }

    private static void WriteEscape(ReadOnlySpan<byte> start, int value, int digits, ByteBuffer output)
    {
        output.Write(start);
        for (var shift = (digits - 1) * 4; shift >= 0; shift -= 4)
        {
            output.WriteByte("0123456789abcdef"u8[(value >> shift) & 0xF]);
        }
    }

    // Returns how many bytes the escape takes.
    private static int ReadEscape(ReadOnlySpan<byte> text, ByteBuffer name)
    {
        switch (text)
        {
            case [_, (byte)'\\', ..]:
                name.WriteByte((byte)'\\');
                return 2;
            case [_, (byte)'n', ..]:
                name.WriteByte((byte)'\n');
                return 2;
            case [_, (byte)'r', ..]:
                name.WriteByte((byte)'\r');
                return 2;
            case [_, (byte)'t', ..]:
                name.WriteByte((byte)'\t');
                return 2;
            case [_, (byte)'x', _, _, ..] when TryReadHex(text[2..4], out var value):
                name.WriteByte((byte)value);
                return 4;
            case [_, (byte)'u', _, _, _, _, ..]
                when TryReadHex(text[2..6], out var value) && Rune.TryCreate(value, out var rune):
                name.Advance(rune.EncodeToUtf8(name.GetSpan(4)));
                return 6;
            default:
                name.WriteByte((byte)'\\');
                return 1;
        }
    }

    private static bool TryReadHex(ReadOnlySpan<byte> digits, out int value) =>
        int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
}
