namespace Halley.Load.Processes;

/// <summary>The choice of subscribers that leave and come back: the same in every process, spread evenly.</summary>
internal static class Absence
{
    /// <param name="subscriber">Its number among all.</param>
    /// <param name="share">From 0 to 1.</param>
    public static bool Includes(int subscriber, double share)
    {
        // Multiplying by the golden ratio's fraction spreads neighbours over the whole range.
        var spread = unchecked((uint)subscriber * 2_654_435_769u);
        return spread < share * uint.MaxValue;
    }
}
