using System.Globalization;
using System.Text;

namespace Halley.Simulation.Tests;

/// <summary>
/// Names of channels that lie in the hub in the same order in every process: where a name lies is decided by a number
/// that a process chooses when it starts, and a seed is to repeat.
/// </summary>
internal static class ChannelNames
{
    private const int Shards = 64;

    public static IReadOnlyList<string> Two { get; } = InOrder(2);

    private static IReadOnlyList<string> InOrder(int count) =>
    [
        .. Enumerable.Range(0, count).Select(static wanted => Enumerable.Range(0x1000, 0xF000)
            .Select(static number => number.ToString("x4", CultureInfo.InvariantCulture))
            .First(name => (ChannelNameComparer.Hash(Encoding.ASCII.GetBytes(name)) & (Shards - 1)) == wanted)),
    ];
}
