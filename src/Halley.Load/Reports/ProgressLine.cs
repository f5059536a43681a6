using System.Diagnostics;

namespace Halley.Load.Reports;

/// <summary>Says how far a run is: one line that changes on a terminal, a line now and then elsewhere.</summary>
internal sealed class ProgressLine(TextWriter output, bool isTerminal)
{
    private static readonly TimeSpan OnTerminal = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(5);

    private readonly long _start = Stopwatch.GetTimestamp();
    private TimeSpan _last;
    private int _width;

    /// <param name="error">The standard error output, or what stands for it.</param>
    public static ProgressLine On(TextWriter error) => new(error, !Console.IsErrorRedirected);

    /// <summary>Whether it is time to say something again.</summary>
    public bool IsDue => Stopwatch.GetElapsedTime(_start) - _last >= (isTerminal ? OnTerminal : Elsewhere);

    public void Say(string text)
    {
        _last = Stopwatch.GetElapsedTime(_start);
        var line = $"{_last.TotalSeconds,6:0.0} s  {text}";
        output.Write(isTerminal ? "\r" + line.PadRight(_width) : line + "\n");
        _width = line.Length;
    }

    /// <summary>Leaves a clean line for what follows.</summary>
    public void End()
    {
        if (isTerminal && _width > 0)
        {
            output.Write("\r" + new string(' ', _width) + "\r");
            _width = 0;
        }
    }
}
