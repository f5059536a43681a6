using BenchmarkDotNet.Attributes;
using Halley.Engine;

namespace Halley.Benchmarks;

/// <summary>
/// The heartbeats of 1,000 subscribers that come due together, until each has read its own. Reading is a call for each,
/// and inside.
/// </summary>
[MemoryDiagnoser]
public class Heartbeats
{
    private const int Subscribers = 1000;

    // iComet's noop goes out at the first tick of a second past the timeout.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(31);

    private readonly ManualClock _clock = new();
    private LoopbackServer _server = null!;
    private LoopbackClient[] _clients = [];
    private LoopbackClient _waker = null!;

    [Params(IoUringUse.Off, IoUringUse.On)]
    public IoUringUse IoUring { get; set; }

    [GlobalSetup]
    public void Start()
    {
        _server = new LoopbackServer(_clock, IoUring);
        _waker = new LoopbackClient(_server.Front);
        _clients = [.. Enumerable.Range(0, Subscribers).Select(_ => new LoopbackClient(_server.Front))];
        for (var i = 0; i < Subscribers; i++)
        {
            _clients[i].Send(LoopbackClient.Get($"/stream?cname=c{i}&seq=1"));
            _clients[i].Expect("\r\n\r\n"u8);
        }

        _server.WaitForSubscribers(Subscribers);
    }

    [Benchmark(OperationsPerInvoke = Subscribers)]
    public void Beat()
    {
        _clock.Advance(Interval);
        _waker.Send(LoopbackClient.Get("/ping"));
        foreach (var client in _clients)
        {
            client.Expect("\"noop\""u8);
        }

        _waker.Expect("ping"u8);
    }

    [GlobalCleanup]
    public void Stop()
    {
        Array.ForEach(_clients, client => client.Dispose());
        _waker.Dispose();
        _server.Dispose();
    }
}
