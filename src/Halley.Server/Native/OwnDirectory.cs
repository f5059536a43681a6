namespace Halley.Server.Native;

/// <summary>A directory that the server makes for its own files.</summary>
internal static class OwnDirectory
{
    /// <summary>Others may look, and not write; the umask may take from that.</summary>
    private const UnixFileMode Mode = (UnixFileMode)0b111_101_101;

    /// <summary>Makes the directory of a file, where it is missing.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static void MakeFor(string file)
    {
        // Halley runs on Linux alone; the compiler wants to be told.
        if (!OperatingSystem.IsWindows())
        {
            _ = Directory.CreateDirectory(Path.GetDirectoryName(file)!, Mode);
        }
    }
}
