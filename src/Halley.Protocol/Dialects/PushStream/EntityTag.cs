using System.Buffers.Text;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// The tag of a message as validators carry it: <c>3</c> or <c>W/3</c>. One in quotation marks is not understood, as in
/// the original.
/// </summary>
internal static class EntityTag
{
    public static bool TryParse(ReadOnlySpan<byte> text, out int tag)
    {
        text = text.StartsWith("W/"u8) ? text[2..] : text;
        return Utf8Parser.TryParse(text, out tag, out var used) && used == text.Length && tag >= 0;
    }
}
