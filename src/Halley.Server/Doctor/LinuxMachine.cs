namespace Halley.Server.Doctor;

/// <summary>This machine, from within this process: a server started from the same shell has the same limits.</summary>
internal sealed class LinuxMachine : IMachine
{
    public int Processors => Environment.ProcessorCount;

    public int PageBytes => Environment.SystemPageSize;

    public string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
