using System.Text.Json;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests;

/// <summary>A channel of messages of a kilobyte, and subscribers of it that take nothing unless told to.</summary>
public abstract class LaggingCase : IDisposable
{
    private protected const int Kilobyte = 1000;

    // A slice is 48 KiB; with its last message, and what stands around messages, no more than this.
    private protected const int MostAtOnce = 52 * 1024;

    // Five messages, with what stands around them.
    private protected const int MaxQueued = 5000;

    private static readonly byte[] Payload = [.. Enumerable.Repeat((byte)'x', Kilobyte)];

    protected LaggingCase()
    {
        Node = new ICometNode(new HubOptions { HistorySize = 200, SlowConsumersOf = _ => Policy });
        Epoch = Node.Hub.FindOrCreate("a"u8)!.Epoch;
    }

    private protected ICometNode Node { get; }

    private protected SlowConsumerPolicy Policy { get; set; }

    private protected long Epoch { get; }

    public void Dispose()
    {
        Node.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The beginning of a gap's notice.</summary>
    private protected string Gap(long seq, string what) =>
        $"{{\"type\":\"gap\",\"cname\":\"a\",\"seq\":{seq},\"epoch\":\"{Epoch}\",{what},";

    private protected long Oldest => Node.Hub.Find("a"u8)!.OldestKept(int.MaxValue);

    private protected static IEnumerable<long> Range(int first, int last) =>
        Enumerable.Range(first, last - first + 1).Select(i => (long)i);

    private protected static List<long> Offsets(string body) =>
    [
        .. body.Split('\n')
            .Select(line => line.StartsWith("data: ", StringComparison.Ordinal) ? line[6..] : line)
            .Where(line => line.StartsWith("{\"type\":\"data\"", StringComparison.Ordinal))
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("seq").GetInt64()),
    ];

    private protected static List<long> TakeAll(RecordingExchange answer)
    {
        var seen = new List<long>();
        while (answer.Untaken > 0)
        {
            seen.AddRange(Offsets(answer.Take()));
        }

        return seen;
    }

    private protected RecordingExchange Subscribe(string target, int maxQueued = MaxQueued) => Node.Front.Ask(
        "GET " + target,
        exchange: new RecordingExchange(Node.Dispatcher) { TakesSlowly = true, MaxQueued = maxQueued });

    private protected void Publish(int count, Retention? retention = null)
    {
        for (var i = 0; i < count; i++)
        {
            Node.Hub.Broker.Publish("a"u8, new Publication(Payload) { Retention = retention }).Now();
        }

        Node.Dispatcher.RunAll();
    }
}
