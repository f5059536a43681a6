using Halley.Time;

namespace Halley.Core.Tests;

internal sealed class RecordingTimer : TimerNode
{
    /// <summary>The ticks it was called at.</summary>
    public List<uint> Calls { get; } = [];

    public Action<uint>? WhenDue { get; set; }

    protected internal override void OnDue(uint now)
    {
        Calls.Add(now);
        WhenDue?.Invoke(now);
    }
}
