namespace Halley.Server.Processes;

/// <summary>What a server says on its standard outputs, which may be a full disk: nothing that it serves depends on that.</summary>
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
