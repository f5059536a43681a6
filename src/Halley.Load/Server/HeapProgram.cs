using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Halley.Load.Server;

/// <summary>
/// Looks into a .NET server's heap by another program (benchmarks/Halley.Heap): the packages it takes to do so are not
/// in the server's way. One word a line is asked, numbers are answered.
/// </summary>
internal sealed class HeapProgram : IDisposable
{
    private readonly Process _process;

    /// <param name="path">halley-heap.</param>
    public HeapProgram(string path, ServerProcess server)
    {
        var start = new ProcessStartInfo(path, [server.Pids[0].ToString(CultureInfo.InvariantCulture)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        try
        {
            _process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            throw new LoadException(
                $"--heap is \"{path}\", which cannot be run; "
                    + "it wants the program that benchmarks/Halley.Heap publishes, halley-heap");
        }
    }

    /// <summary>Makes the server collect its heap and tell what is left, so read its memory before.</summary>
    public (long Objects, long Bytes) Census()
    {
        var numbers = Ask("census");
        return (numbers[0], numbers[1]);
    }

    /// <summary>
    /// Bytes allocated since this was last asked; the first answer means nothing. It waits some two seconds until what
    /// has been allocated is counted.
    /// </summary>
    public long TakeAllocatedBytes() => Ask("allocated")[0];

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private long[] Ask(string word)
    {
        _process.StandardInput.WriteLine(word);
        _process.StandardInput.Flush();
        return _process.StandardOutput.ReadLine() is { } line
            ? [.. line.Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture))]
            : throw new LoadException(
                "The heap of the server could not be read: is it .NET, of the same user, with diagnostics on?");
    }
}
