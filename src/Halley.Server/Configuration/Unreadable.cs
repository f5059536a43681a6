namespace Halley.Server.Configuration;

/// <summary>
/// The reason why a file cannot be read, for a sentence that names the file already: the runtime's own would name it
/// once more.
/// </summary>
internal static class Unreadable
{
    public static string Reason(string path, Exception refused) => refused switch
    {
        FileNotFoundException or DirectoryNotFoundException => "there is no such file",
        UnauthorizedAccessException when Directory.Exists(path) => "it is a directory",
        UnauthorizedAccessException => "no right to read it",
        _ => refused.Message,
    };
}
