using System.Diagnostics;

namespace Halley.Server.Processes;

/// <summary>Starts this very program once more.</summary>
internal static class ThisProgram
{
    public static ProcessStartInfo With(params IEnumerable<string> arguments)
    {
        var program = Environment.ProcessPath!;
        var isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        string[] assembly = isHost ? [Path.Combine(AppContext.BaseDirectory, "halley.dll")] : [];
        return new ProcessStartInfo(program, [.. assembly, .. arguments]);
    }
}
