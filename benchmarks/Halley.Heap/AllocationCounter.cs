using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;

namespace Halley.Heap;

/// <summary>
/// Counts the bytes a .NET server allocates on its managed heap, by the runtime's own counter over its diagnostics
/// port. The runtime adds up what its threads took in blocks of 8 KiB, and the counter itself costs some KiB a second:
/// good for sums of many operations.
/// </summary>
internal sealed class AllocationCounter : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly EventPipeSession _session;
    private readonly Task _reading;
    private readonly Lock _gate = new();
    private long _bytes;
    private int _intervals;

    public AllocationCounter(int pid)
    {
        var counters = new EventPipeProvider(
            "System.Runtime", EventLevel.Informational, 0, new Dictionary<string, string>
            {
                ["EventCounterIntervalSec"] = "1",
            });
        _session = new DiagnosticsClient(pid).StartEventPipeSession([counters], requestRundown: false);
        _reading = Task.Run(Read);
        WaitForIntervals(1);
    }

    /// <summary>
    /// Bytes since the counter was made or last asked; waits until what has been allocated by now is counted.
    /// </summary>
    public long TakeBytes()
    {
        WaitForIntervals(2);
        lock (_gate)
        {
            var bytes = _bytes;
            _bytes = 0;
            return bytes;
        }
    }

    public void Dispose()
    {
        _session.Stop();
        _reading.Wait(Interval * 5);
        _session.Dispose();
    }

    private void WaitForIntervals(int count)
    {
        int target;
        lock (_gate)
        {
            target = _intervals + count;
        }

        if (!SpinWait.SpinUntil(HasCome, Interval * (count + 5)))
        {
            throw new HeapException("The server's runtime sends no counters.");
        }

        bool HasCome()
        {
            Thread.Sleep(20);
            lock (_gate)
            {
                return _intervals >= target;
            }
        }
    }

    private void Read()
    {
        using var source = new EventPipeEventSource(_session.EventStream);
        source.Dynamic.All += Take;
        source.Process();
    }

    private void Take(TraceEvent traceEvent)
    {
        if (traceEvent.EventName == "EventCounters"
            && traceEvent.PayloadValue(0) is IDictionary<string, object> outer
            && outer["Payload"] is IDictionary<string, object> counter
            && counter["Name"] is "alloc-rate")
        {
            lock (_gate)
            {
                _bytes += Convert.ToInt64(counter["Increment"], System.Globalization.CultureInfo.InvariantCulture);
                _intervals++;
            }
        }
    }
}
