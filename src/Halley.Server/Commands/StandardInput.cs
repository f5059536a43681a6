using Microsoft.Win32.SafeHandles;

namespace Halley.Server.Commands;

/// <summary>The text that is piped into a command.</summary>
internal static class StandardInput
{
    /// <summary>All of it; one newline at its end is the shell's and not the text's.</summary>
    public static async Task<string> ReadAsync(CancellationToken cancellation)
    {
        using var handle = new SafeFileHandle(0, ownsHandle: false);
        await using var input = new FileStream(handle, FileAccess.Read);
        using var reader = new StreamReader(input);
        var text = await reader.ReadToEndAsync(cancellation);
        return text.EndsWith('\n') ? text[..^1] : text;
    }
}
