namespace Halley.Server.Processes;

/// <summary>
/// The standard outputs, which may be a full disk: neither what is served nor the exit status depends on them.
/// </summary>
internal static class Outputs
{
    public static void Try(Action write)
    {
        try
        {
            write();
        }
        catch (IOException)
        {
            // Whoever wanted to read it has made that impossible.
        }
    }
}
