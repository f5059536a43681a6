using System.Text;
using BenchmarkDotNet.Attributes;

namespace Halley.Benchmarks;

/// <summary>
/// A long poll on a kept-alive connection: it is parked, a message answers it, the client reads that and asks anew.
/// </summary>
[MemoryDiagnoser]
public class LongPollTurnaround
{
    private readonly LoopbackServer _server = new(TimeProvider.System);
    private LoopbackClient _client = null!;
    private long _next = 1;

    [GlobalSetup]
    public void Start() => _client = new LoopbackClient(_server.Front);

    [Benchmark]
    public void Turn()
    {
        _client.Send(LoopbackClient.Get($"/poll?cname=p&seq={_next}"));
        _server.WaitForSubscribers(1);
        var text = Encoding.ASCII.GetBytes($"{_next++:D20}");
        _server.Broker.Publish("p"u8, new Publication(text));
        _client.Expect(text);
        _client.Expect("0\r\n\r\n"u8);
    }

    [GlobalCleanup]
    public void Stop()
    {
        _client.Dispose();
        _server.Dispose();
    }
}
