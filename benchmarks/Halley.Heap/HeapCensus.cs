using System.Diagnostics.Tracing;
using Halley.Load.Server;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Parsers;

namespace Halley.Heap;

/// <summary>The live objects of a .NET server's managed heap, and their bytes.</summary>
internal readonly record struct HeapCensus(long Objects, long Bytes)
{
    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(30);

    /// <summary>Makes the server collect its heap and tell what is left.</summary>
    public static HeapCensus Take(int pid)
    {
        var snapshot = new EventPipeProvider(
            ClrTraceEventParser.ProviderName,
            EventLevel.Informational,
            (long)ClrTraceEventParser.Keywords.GCHeapSnapshot);
        var client = new DiagnosticsClient(pid);
        using var session = client.StartEventPipeSession([snapshot], requestRundown: false, circularBufferMB: 256);
        var counting = Task.Run(() => Count(session.EventStream));

        // Starting the session sets the collection off. Its events may lie in the runtime's buffers until the session
        // is stopped.
        new ServerProcess([pid]).WaitUntilQuiet();
        session.Stop();
        return counting.Wait(ReadLimit) && counting.Result.Objects > 0
            ? counting.Result
            : throw new HeapException("The server's runtime did not walk its heap.");
    }

    private static HeapCensus Count(Stream events)
    {
        long objects = 0, bytes = 0;
        using var source = new EventPipeEventSource(events);
        source.Clr.GCBulkNode += nodes =>
        {
            objects += nodes.Count;
            for (var i = 0; i < nodes.Count; i++)
            {
                bytes += (long)nodes.Values(i).Size;
            }
        };
        source.Process();
        return new HeapCensus(objects, bytes);
    }
}
