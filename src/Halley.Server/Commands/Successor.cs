namespace Halley.Server.Commands;

/// <summary>The settings that <c>-s restart</c> keeps of the server that it ends.</summary>
internal static class Successor
{
    /// <summary>
    /// The successor of a daemon is one; and where the new command line sets no option, those of the old one hold, so
    /// that a restart changes nothing unasked.
    /// </summary>
    /// <param name="predecessor">What the running server was started with; null where that cannot be read.</param>
    /// <param name="say">Told of options that are taken over.</param>
    public static ServeRequest Of(ServeRequest request, ServeRequest? predecessor, bool isDaemon, Action<string> say)
    {
        var successor = request with { IsDaemon = request.IsDaemon || isDaemon };
        if (predecessor is not { Settings.Count: > 0 } || request.Settings.Count > 0)
        {
            return successor;
        }

        // A list without values is one setting, and otherwise each value is.
        var written = predecessor.Settings.Where(
            setting => setting.Value is not null || predecessor.Settings.Count(other => other.Key == setting.Key) == 1);
        string[] options = [.. written.SelectMany(setting => (string[])["--set", $"{setting.Key}={setting.Value}"])];
        say($"as before: {string.Join(' ', options)}");
        return successor with { Settings = predecessor.Settings, Arguments = [.. request.Arguments, .. options] };
    }
}
