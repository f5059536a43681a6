using System.Globalization;

namespace Halley.Protocol.Clients;

/// <summary>
/// The place of a held answer: its host, the thread there, the slot in the table of that thread, and its turn among
/// those that had the slot. As text, places sort in the order in which answers are listed.
/// </summary>
/// <param name="Host">The number of the host among all whose answers may be listed together, drawn at random.</param>
/// <param name="Key">The slot in the lower half, its turn in the upper.</param>
public readonly record struct ConnectionPlace(uint Host, int Thread, ulong Key)
{
    /// <summary>The slot in the table of the thread.</summary>
    public uint Slot => (uint)Key;

    /// <summary>The turn among those that had the slot.</summary>
    public uint Turn => (uint)(Key >> 32);

    /// <summary>Draws a number for a host.</summary>
    public static uint DrawHost() =>
        (uint)System.Security.Cryptography.RandomNumberGenerator.GetInt32(int.MaxValue);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string? text, out ConnectionPlace place)
    {
        place = default;
        var parts = text?.Split('-') ?? [];
        if (parts.Length != 4
            || !TryReadHex(parts[0], out var host)
            || !TryReadHex(parts[1], out var thread)
            || !TryReadHex(parts[2], out var slot)
            || !TryReadHex(parts[3], out var turn))
        {
            return false;
        }

        place = new ConnectionPlace(host, (int)thread, ((ulong)turn << 32) | slot);
        return true;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{Host:x8}-{Thread:x2}-{Slot:x8}-{Turn:x8}");

    private static bool TryReadHex(string text, out uint number) =>
        uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number);
}
