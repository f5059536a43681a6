using Halley.Protocol;

namespace Halley.Router;

/// <summary>
/// Parses a presence feed, however it is cut: a line for each channel, <c>1 NAME</c> is here and <c>0 NAME</c> is gone,
/// names as <see cref="LineText"/> writes them.
/// </summary>
public sealed class PresenceLines
{
    /// <summary>The most bytes of a line. Names are far shorter; a longer line is no presence feed.</summary>
    public const int MaxLength = 64 * 1024;

    private readonly List<byte> _begun = [];

    /// <param name="whenRead">
    /// Is called with each channel, and whether it is here. The name is valid until it returns.
    /// </param>
    /// <returns>False where it is no such feed.</returns>
    public bool TryAdd(ReadOnlySpan<byte> bytes, Presence whenRead)
    {
        while (bytes.IndexOf((byte)'\n') is var end and >= 0)
        {
            if (_begun.Count + end > MaxLength)
            {
                return false;
            }

            _begun.AddRange(bytes[..end]);
            bytes = bytes[(end + 1)..];
            var line = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_begun);
            if (line is not [(byte)'0' or (byte)'1', (byte)' ', ..])
            {
                return false;
            }

            whenRead(LineText.Read(line[2..]), line[0] == '1');
            _begun.Clear();
        }

        _begun.AddRange(bytes);
        return _begun.Count <= MaxLength;
    }

    public delegate void Presence(ReadOnlySpan<byte> name, bool isHere);
}
