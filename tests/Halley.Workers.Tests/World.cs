using System.Text;
using Halley.Broker;
using Halley.Protocol.Links;
using Halley.Testing.Doubles;

namespace Halley.Workers.Tests;

/// <summary>A main process and its workers, in one.</summary>
internal sealed class World : IDisposable
{
    public static readonly TimeSpan SilenceTimeout = TimeSpan.FromSeconds(5);

    public World(int workers = 2, HubOptions? limits = null, LinkOptions? options = null)
    {
        limits ??= new HubOptions();
        Hub = new Hub(limits, Time);
        Hub.AsksAlso(All.Survey);
        Broker = new MemoryBroker(Hub);
        Workers = [.. Enumerable.Range(1, workers)
            .Select(number => new Worker(Hub, limits, All, Time, options) { Number = number })];
        Run();
    }

    public ManualTime Time { get; } = new();

    public Hub Hub { get; }

    public MemoryBroker Broker { get; }

    /// <summary>A thread of the main process.</summary>
    public ManualDispatcher Dispatcher { get; } = new();

    public LinkedWorkers All { get; } = new();

    public IReadOnlyList<Worker> Workers { get; }

    /// <summary>Until nothing is under way.</summary>
    public void Run()
    {
        bool hasMore;
        do
        {
            // All of them: what one does may be for another.
            hasMore = false;
            foreach (var worker in Workers)
            {
                hasMore |= worker.Step();
            }
        }
        while (hasMore);
    }

    public void Publish(string channel, string content) =>
        Broker.Publish(Encoding.UTF8.GetBytes(channel), new Publication(Encoding.UTF8.GetBytes(content))).Now();

    public int Subscribers(string channel) => Hub.Find(Encoding.UTF8.GetBytes(channel))?.SubscriberCount ?? -1;

    /// <summary>Lets seconds go by, and what they bring about.</summary>
    public void Pass(int seconds)
    {
        for (var second = 0; second < seconds; second++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            Run();
        }
    }

    public void Dispose()
    {
        Hub.Dispose();
        foreach (var worker in Workers)
        {
            worker.Dispose();
        }
    }
}
