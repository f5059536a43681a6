namespace Halley.Protocol.Routing;

/// <summary>
/// Finds the location of a path by nginx's rules: one that equals it; else the longest that it begins with, if that is
/// a preferred one; else the first pattern that matches; else that longest one. Immutable; any thread.
/// </summary>
/// <typeparam name="T">What a location leads to.</typeparam>
public sealed class LocationTable<T>
    where T : class
{
    private readonly (Location Location, T Target)[] _exact;
    private readonly (Location Location, T Target)[] _prefixes;
    private readonly (Location Location, T Target)[] _patterns;

    public LocationTable(IReadOnlyCollection<(Location Location, T Target)> entries)
    {
        _exact = [.. entries.Where(entry => entry.Location.Kind == LocationKind.Exact)];
        _patterns = [.. entries.Where(entry => entry.Location.Kind == LocationKind.Pattern)];
        _prefixes =
        [
            .. entries
                .Where(entry => entry.Location.Kind is LocationKind.Prefix or LocationKind.PreferredPrefix)
                .OrderByDescending(entry => entry.Location.Text.Length),
        ];
    }

    /// <param name="path">Decoded.</param>
    /// <param name="captures">What a pattern captured of it.</param>
    /// <returns>Null where no location fits.</returns>
    public T? Find(ReadOnlySpan<byte> path, out Captures captures)
    {
        captures = default;
        foreach (var (location, target) in _exact)
        {
            if (path.SequenceEqual(location.Text))
            {
                return target;
            }
        }

        T? found = null;
        foreach (var (location, target) in _prefixes)
        {
            if (path.StartsWith(location.Text))
            {
                found = target;
                if (location.Kind == LocationKind.PreferredPrefix)
                {
                    return found;
                }

                break;
            }
        }

        foreach (var (location, target) in _patterns)
        {
            if (location.TryMatch(path, out captures))
            {
                return target;
            }
        }

        captures = default;
        return found;
    }
}
