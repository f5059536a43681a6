namespace Halley.Server.Configuration;

/// <summary>Finds what somebody may have meant by a name that does not exist.</summary>
internal static class NearMiss
{
    /// <summary>
    /// The number of letters that may be wrong, missing or too many; of a short name no more than half.
    /// </summary>
    private const int MaxDistance = 3;

    /// <returns>The nearest candidate; null where none is near.</returns>
    public static string? Of(string name, IEnumerable<string> candidates)
    {
        var most = Math.Min(MaxDistance, Math.Max(1, name.Length / 2));
        return candidates
            .Select(candidate => (Name: candidate, Distance: Distance(name, candidate)))
            .Where(candidate => candidate.Distance <= most)
            .OrderBy(candidate => candidate.Distance)
            .FirstOrDefault()
            .Name;
    }

    /// <summary>
    /// A right option in the wrong section, or in none, is near: people forget sections more than letters.
    /// </summary>
    private static int Distance(string name, string candidate) =>
        Option(name) == Option(candidate) ? 1 : Edits(name, candidate);

    private static string Option(string name) => name[(name.LastIndexOf('.') + 1)..];

    /// <summary>Levenshtein's distance, one row at a time.</summary>
    private static int Edits(string from, string to)
    {
        var row = Enumerable.Range(0, to.Length + 1).ToArray();
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
            {
                var substituted = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
