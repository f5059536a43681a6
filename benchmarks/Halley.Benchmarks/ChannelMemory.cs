using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using Halley.Broker;

namespace Halley.Benchmarks;

/// <summary>
/// A channel that is created and published to: the bytes allocated are what it then holds, but for a message's way
/// there.
/// </summary>
[MemoryDiagnoser]
public class ChannelMemory
{
    private const int Channels = 10_000;
    private const int PayloadBytes = 100;

    private readonly byte[][] _names = [.. Enumerable.Range(0, Channels).Select(i => Encoding.ASCII.GetBytes($"c{i}"))];
    private Hub _hub = null!;

    [Params(0, 1, 10)]
    public int Messages { get; set; }

    [Params(false, true)]
    public bool KeepsHistory { get; set; }

    [IterationSetup]
    public void Start() => _hub = new Hub(new HubOptions { HistorySize = KeepsHistory ? 10 : 0 }, TimeProvider.System);

    [Benchmark(OperationsPerInvoke = Channels)]
    public void Create()
    {
        var broker = new MemoryBroker(_hub);
        foreach (var name in _names)
        {
            _hub.FindOrCreate(name);
            for (var i = 0; i < Messages; i++)
            {
                broker.Publish(name, new Publication(new byte[PayloadBytes]));
            }
        }

        var kept = KeepsHistory ? Channels * Messages : 0;
        if (_hub.ChannelCount != Channels || _hub.StoredCount != kept)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"{_hub.ChannelCount} channels keep {_hub.StoredCount} messages; {Channels} should keep {kept}"));
        }
    }

    [IterationCleanup]
    public void Stop() => _hub.Dispose();
}
