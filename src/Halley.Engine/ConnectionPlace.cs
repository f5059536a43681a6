using System.Globalization;

namespace Halley.Engine;

/// <summary>
/// The place of a connection: its process, its reactor, its slot in the table there, and its turn among those that had
/// the slot. As text, places sort in the order in which connections are listed.
/// </summary>
internal readonly record struct ConnectionPlace(uint Process, int Reactor, ulong Key)
{
    /// <summary>The slot in the table of the reactor.</summary>
    public uint Slot => (uint)Key;

    public static bool TryParse(string? text, out ConnectionPlace place)
    {
        place = default;
        var parts = text?.Split('-') ?? [];
        if (parts.Length != 4
            || !TryReadHex(parts[0], out var process)
            || !TryReadHex(parts[1], out var reactor)
            || !TryReadHex(parts[2], out var slot)
            || !TryReadHex(parts[3], out var generation))
        {
            return false;
        }

        place = new ConnectionPlace(process, (int)reactor, ((ulong)generation << 32) | slot);
        return true;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Process:x8}-{Reactor:x2}-{Slot:x8}-{(uint)(Key >> 32):x8}");

    private static bool TryReadHex(string text, out uint number) =>
        uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
}
