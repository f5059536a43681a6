namespace Halley.Server.Doctor;

/// <summary>The control groups (v2, or v1) that this process is in, as far as one limit is concerned.</summary>
/// <param name="Path">The file that holds the limit; empty when there is none.</param>
/// <param name="Limit">The lowest of the group and those around it.</param>
internal sealed record ControlGroup(string Path, long Limit)
{
    private const string Root = "/sys/fs/cgroup";

    /// <param name="controller">memory or pids.</param>
    /// <param name="file">Its limit in v2.</param>
    /// <param name="oldFile">Its limit in v1, where each controller has a tree of its own.</param>
    /// <returns>Null when the groups cannot be read.</returns>
    public static ControlGroup? Find(IMachine machine, string controller, string file, string oldFile)
    {
        if (machine.Read("/proc/self/cgroup") is not { } text)
        {
            return null;
        }

        // Each line is number:controllers:path; v2 has number 0 and no controllers.
        var lines = text.Split('\n').Select(line => line.Split(':', 3)).Where(line => line.Length == 3).ToList();
        return lines.Find(line => line[1].Split(',').Contains(controller)) is { } old
            ? Lowest(machine, $"{Root}/{controller}", old[2], oldFile)
            : Lowest(machine, Root, lines.Find(line => line[1].Length == 0)?[2] ?? "/", file);
    }

    /// <summary>
    /// Upwards, for every group around this one limits it. In a container the path may be the host's: then only the
    /// tree's top is there.
    /// </summary>
    private static ControlGroup Lowest(IMachine machine, string tree, string group, string file)
    {
        var lowest = new ControlGroup("", Readings.Unlimited);
        for (var at = group.TrimEnd('/'); ; at = at[..at.LastIndexOf('/')])
        {
            var path = $"{tree}{at}/{file}";
            if (machine.ReadNumber(path) is { } limit && limit < lowest.Limit)
            {
                lowest = new ControlGroup(path, limit);
            }

            if (!at.Contains('/', StringComparison.Ordinal))
            {
                return lowest;
            }
        }
    }
}
