using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;

namespace Halley.Benchmarks;

/// <summary>
/// From connect to parked: accept, read, parse, attach, answer the head. The client's own calls are inside; it waits
/// for all heads at the end.
/// </summary>
[MemoryDiagnoser]
[SimpleJob(RunStrategy.Monitoring, warmupCount: 5, iterationCount: 20)]
public class AcceptParsePark
{
    private const int Connections = 1000;

    private readonly byte[][] _requests =
        [.. Enumerable.Range(0, Connections).Select(i => LoopbackClient.Get($"/stream?cname=c{i}&seq=1"))];
    private readonly LoopbackClient[] _clients = new LoopbackClient[Connections];
    private LoopbackServer _server = null!;

    [GlobalSetup]
    public void Start() => _server = new LoopbackServer(TimeProvider.System);

    [Benchmark(OperationsPerInvoke = Connections)]
    public void Park()
    {
        for (var i = 0; i < Connections; i++)
        {
            _clients[i] = new LoopbackClient(_server.Front);
            _clients[i].Send(_requests[i]);
        }

        _server.WaitForSubscribers(Connections);
        foreach (var client in _clients)
        {
            client.Expect("HTTP/1.1 200 OK\r\n"u8);
        }
    }

    [IterationCleanup]
    public void Leave()
    {
        foreach (var client in _clients)
        {
            client.Dispose();
        }

        _server.WaitForSubscribers(0);
    }

    [GlobalCleanup]
    public void Stop() => _server.Dispose();
}
