namespace Halley;

/// <summary>Shrinks sets, which grow by themselves and never shrink.</summary>
internal static class Collections
{
    private const int Least = 1024;

    /// <summary>
    /// Gives memory back where most of the room is empty. Twice what is needed stays, so that coming and going costs
    /// nothing.
    /// </summary>
    public static void TrimWhereEmpty<T>(this HashSet<T> set)
    {
        if (IsMostlyEmpty(set.Count, set.Capacity))
        {
            set.TrimExcess(RoomFor(set.Count));
        }
    }

    private static bool IsMostlyEmpty(int count, int capacity) => capacity > Least && count < capacity / 8;

    private static int RoomFor(int count) => Math.Max(Least / 2, count * 2);
}
