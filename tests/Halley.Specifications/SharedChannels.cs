using Halley.Broker;
using Halley.Testing.Doubles;

namespace Halley.Specifications;

/// <summary>
/// Processes that share their channels over the broker under test: two of them, or one that stands for both.
/// </summary>
public abstract class SharedChannels : IDisposable
{
    /// <summary>
    /// The limits of the channels: they keep all, but those whose names begin with <c>last:</c> two messages.
    /// </summary>
    public static HubOptions Limits => new()
    {
        HistorySize = 1000,
        RetentionOf = channel => channel.StartsWith("last:"u8) ? new Retention(2, TimeSpan.FromHours(1)) : null,
    };

    /// <summary>What subscribers of a process attach to.</summary>
    /// <param name="process">0 or 1.</param>
    public abstract Hub HubOf(int process);

    /// <summary>The thread that the subscribers of a process live on; the test is it.</summary>
    public abstract ManualDispatcher DispatcherOf(int process);

    /// <summary>Runs what there is to run, everywhere, until something holds.</summary>
    /// <param name="what">For who reads that it never did.</param>
    public abstract Task Until(Func<bool> condition, string what);

    /// <summary>Runs what is under way, for as long as a message needs at most that should not come.</summary>
    public abstract Task Settle();

    /// <summary>Has seconds go by.</summary>
    public abstract Task Pass(int seconds);

    public abstract void Dispose();

    public IBroker BrokerOf(int process) => HubOf(process).Broker;

    /// <summary>The result of an operation, once it is done.</summary>
    public async Task<T> Done<T>(ValueTask<T> operation)
    {
        var task = operation.AsTask();
        await Until(() => task.IsCompleted, "a broker's operation ends");
        return await task;
    }
}
