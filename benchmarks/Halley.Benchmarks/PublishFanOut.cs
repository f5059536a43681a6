using System.Text;
using BenchmarkDotNet.Attributes;
using Halley.Engine;

namespace Halley.Benchmarks;

/// <summary>
/// A message to 1,000 subscribers of one channel, until each has read it, with and without io_uring. Reading is a call
/// for each, and inside.
/// </summary>
[MemoryDiagnoser]
public class PublishFanOut
{
    private const int Subscribers = 1000;

    private LoopbackServer _server = null!;
    private LoopbackClient[] _clients = [];
    private long _last;

    [Params(IoUringUse.Off, IoUringUse.On)]
    public IoUringUse IoUring { get; set; }

    [GlobalSetup]
    public void Start()
    {
        _server = new LoopbackServer(TimeProvider.System, IoUring);
        _clients = [.. Enumerable.Range(0, Subscribers).Select(_ => new LoopbackClient(_server.Front))];
        foreach (var client in _clients)
        {
            client.Send(LoopbackClient.Get("/stream?cname=all&seq=1"));
            client.Expect("\r\n\r\n"u8);
        }

        _server.WaitForSubscribers(Subscribers);
    }

    [Benchmark(OperationsPerInvoke = Subscribers)]
    public void Publish()
    {
        var text = Encoding.ASCII.GetBytes($"{++_last:D100}");
        _server.Broker.Publish("all"u8, new Publication(text));
        foreach (var client in _clients)
        {
            client.Expect(text);
        }
    }

    [GlobalCleanup]
    public void Stop()
    {
        Array.ForEach(_clients, client => client.Dispose());
        _server.Dispose();
    }
}
