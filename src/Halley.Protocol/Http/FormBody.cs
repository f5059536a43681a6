using System.Text;

namespace Halley.Protocol.Http;

/// <summary>
/// Whether the body of a POST is the parameters that it is taken for. One without a type, or called plain text, is read
/// as a form, as the original's clients send it; one of any other type, or in another encoding, would be read as no
/// parameters at all.
/// </summary>
public static class FormBody
{
    // What the number of a byte beyond ASCII begins with.
    private static ReadOnlySpan<byte> HighDigits => "89abcdefABCDEF"u8;

    /// <param name="form">The body as application/x-www-form-urlencoded.</param>
    /// <returns>Why it is none; null where it is.</returns>
    public static FormFault? Read(in HttpRequest request, out ReadOnlySpan<byte> form)
    {
        form = request.Body;
        if (form.IsEmpty)
        {
            return null;
        }

        if (!ContentCoding.IsIdentity(request))
        {
            return FormFault.Coding;
        }

        if (request.Method != RequestMethod.Post)
        {
            return null;
        }

        var type = new ParameterizedValue(request.Field("Content-Type"u8));
        if (type.Is("multipart/form-data"u8))
        {
            type.TryParameter("boundary"u8, out var boundary);
            var fields = new ByteBuffer(form.Length);
            var fault = MultipartForm.Read(boundary, form, fields);
            form = fields.Written;
            return fault;
        }

        if (!type.Value.IsEmpty && !type.Is("application/x-www-form-urlencoded"u8) && !type.Is("text/plain"u8))
        {
            return FormFault.Type;
        }

        type.TryParameter("charset"u8, out var charset);
        return IsUtf8(charset, form, isEncoded: true) ? null : FormFault.Charset;
    }

    /// <summary>
    /// Whether text in this charset is UTF-8: where its publisher says so or nothing, and where all is ASCII, which is
    /// the same in all of them.
    /// </summary>
    /// <param name="isEncoded">Whether <c>%80</c> in it is a byte beyond ASCII.</param>
    internal static bool IsUtf8(ReadOnlySpan<byte> charset, ReadOnlySpan<byte> text, bool isEncoded)
    {
        if (charset.IsEmpty || Ascii.EqualsIgnoreCase(charset, "utf-8"u8) || Ascii.EqualsIgnoreCase(charset, "utf8"u8))
        {
            return true;
        }

        if (!Ascii.IsValid(text))
        {
            return false;
        }

        while (isEncoded && text.IndexOf((byte)'%') is var percent and >= 0)
        {
            text = text[(percent + 1)..];
            if (text.Length >= 2 && HighDigits.Contains(text[0]) && char.IsAsciiHexDigit((char)text[1]))
            {
                return false;
            }
        }

        return true;
    }
}
