using System.Globalization;

namespace Halley.Load.Wire;

/// <summary>
/// Names that a server has not heard before, so that what an earlier run left in its channels is not taken for this
/// run's.
/// </summary>
internal static class RunName
{
    /// <summary>
    /// Milliseconds since the machine started and a letter on each side; channels are this and a number.
    /// </summary>
    public static string NewChannelPrefix() =>
        $"b{Environment.TickCount64.ToString("x", CultureInfo.InvariantCulture)}x";

    /// <summary>Makes the number of a run, which its payloads carry.</summary>
    public static int NewRun() => Random.Shared.Next(0x10000);
}
