using System.Globalization;

namespace Halley.Server.Workers;

/// <summary>
/// The command line of a worker process. No command of the operator's: it means nothing without the link it is given.
/// </summary>
internal static class WorkerCommand
{
    // Not a file's name that anybody would give a configuration.
    private const string Word = "_worker";

    public static string[] Write(int link) => [Word, link.ToString(CultureInfo.InvariantCulture)];

    /// <summary>Read before anything else is loaded: there may be many workers, and each is to be small.</summary>
    /// <param name="link">The descriptor of the link.</param>
    public static bool TryRead(string[] arguments, out int link)
    {
        link = -1;
        return arguments is [Word, var number]
            && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out link);
    }
}
