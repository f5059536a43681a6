using System.Buffers;

namespace Halley.Protocol.Http;

/// <summary>
/// The name of a function that an answer calls, with dots and brackets: whatever else a client names is no script of
/// ours.
/// </summary>
internal static class FunctionName
{
    private const int MaxLength = 128;

    private static readonly SearchValues<byte> Parts =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$.[]"u8);

    public static bool IsOne(ReadOnlySpan<byte> text) =>
        text.Length is > 0 and <= MaxLength && !text.ContainsAnyExcept(Parts);
}
