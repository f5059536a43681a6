using System.Buffers;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// The <c>callback</c> argument: the function that a poll's answer calls. The original sends any text there back as a script; here it is the name of a
/// function.
/// </summary>
internal static class ScriptCallback
{
    private const int MaxLength = 128;

    private static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$.[]"u8);

    public static bool IsName(ReadOnlySpan<byte> text) => text.Length is > 0 and <= MaxLength && !text.ContainsAnyExcept(NameBytes);
}
