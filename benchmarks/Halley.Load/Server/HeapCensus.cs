using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Parsers;

namespace Halley.Load.Server;

/// <summary>The live objects of a .NET server's managed heap. Asking makes it collect: read its memory before.</summary>
internal readonly record struct HeapCensus(long Objects, long Bytes)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static HeapCensus Take(int pid)
    {
        var heap = new EventPipeProvider(
            ClrTraceEventParser.ProviderName, EventLevel.Informational, (long)ClrTraceEventParser.Keywords.GCHeapSnapshot);
        using var session = new DiagnosticsClient(pid).StartEventPipeSession([heap], requestRundown: false, circularBufferMB: 256);
        long objects = 0, bytes = 0;
        var isOver = new TaskCompletionSource();
        var reading = Task.Run(() =>
        {
            using var source = new EventPipeEventSource(session.EventStream);
            source.Clr.GCBulkNode += nodes =>
            {
                objects += nodes.Count;
                for (var i = 0; i < nodes.Count; i++)
                {
                    bytes += (long)nodes.Values(i).Size;
                }
            };
            source.Clr.GCStop += _ => isOver.TrySetResult();
            source.Process();
        });
        if (!isOver.Task.Wait(Limit))
        {
            throw new LoadException("The server's runtime did not walk its heap.");
        }

        session.Stop();
        reading.Wait(Limit);
        return new HeapCensus(objects, bytes);
    }
}
