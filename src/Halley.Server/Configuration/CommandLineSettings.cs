namespace Halley.Server.Configuration;

/// <summary>Reads what <c>--set</c>, <c>--front</c>, <c>--admin</c>, <c>--workers</c> and <c>--data</c> set.</summary>
internal static class CommandLineSettings
{
    /// <param name="assignments">KEY=VALUE each; a list's values are parted by commas.</param>
    /// <exception cref="ConfigurationException">No <c>=</c>, an unknown key, or a wrong value.</exception>
    public static List<Setting> Read(
        string? front, string? admin, IEnumerable<string> assignments, string? workers = null, string? data = null)
    {
        var settings = assignments.SelectMany(assignment => Lists.Split(Parse(assignment))).ToList();
        if (front is not null)
        {
            settings.Add(new Setting("front.listen", front, "--front"));
        }

        if (admin is not null)
        {
            settings.Add(new Setting("admin.listen", admin, "--admin"));
        }

        if (workers is not null)
        {
            settings.Add(new Setting("engine.workers", workers, "--workers"));
        }

        if (data is not null)
        {
            // A variable of a script that is not set, more likely than a wish to keep nothing.
            settings.Add(data.Length > 0
                ? new Setting("storage.path", data, "--data")
                : throw new ConfigurationException("--data is empty; it wants a directory, such as /var/lib/halley"));
        }

        settings.ForEach(setting => SettingKeys.Require(setting, spelling => spelling));
        return settings;
    }

    private static Setting Parse(string assignment)
    {
        var equals = assignment.IndexOf('=');
        return equals > 0
            ? new Setting(assignment[..equals], assignment[(equals + 1)..], "--set")
            : throw new ConfigurationException(
                $"--set: \"{assignment}\" has no value; it wants KEY=VALUE such as front.max_channels=1000");
    }
}
