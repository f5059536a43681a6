using Halley.Load.Clients;
using Halley.Load.Reports;
using Halley.Load.Wire;

namespace Halley.Load.Processes;

/// <summary>All client processes of a run; the subscribers are shared out evenly among them.</summary>
internal sealed class ClientFleet : IDisposable
{
    /// <summary>Subscriptions under way in all processes together.</summary>
    private const int Window = 64;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly List<ClientProcess> _clients = [];
    private readonly List<SubscriptionPlan> _plans = [];
    private readonly int _openingAtOnce;

    /// <param name="all">The plan of all subscribers together.</param>
    public ClientFleet(IReadOnlyList<string> command, SubscriptionPlan all, int clients)
    {
        _openingAtOnce = Math.Min(clients, Math.Max(1, Environment.ProcessorCount));
        var netOfRun = (byte)(1 + (Environment.ProcessId % 250));
        for (int i = 0, first = 0; i < clients; i++)
        {
            var count = (all.Count / clients) + (i < all.Count % clients ? 1 : 0);
            _plans.Add(all with
            {
                First = first,
                Count = count,
                Window = Math.Max(1, Window / _openingAtOnce),
                SourceNet = [netOfRun, (byte)(i + 1)],
            });
            first += count;
        }

        try
        {
            foreach (var plan in _plans)
            {
                _clients.Add(ClientProcess.Start(command));
                _clients[^1].Send(new ClientOrder(ClientOrder.Prepare) { Plan = plan });
            }

            WaitFor(_clients);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Called now and then while the clients are at work.</summary>
    public Action? Passing { get; set; }

    public IReadOnlyList<int> Pids => [.. _clients.Select(client => client.Id)];

    public int Held => _clients.Sum(client => client.Last.Held);

    public long Delivered => _clients.Sum(client => client.Last.Delivered);

    public DeliveryErrors Errors => _clients.Aggregate(DeliveryErrors.None, (sum, client) => sum + client.Last.Errors);

    /// <summary>Opens more until each process holds this share of its subscribers; a few processes at a time.</summary>
    public void Open(double share) =>
        InTurns(i => new ClientOrder(ClientOrder.Open) { Number = (int)Math.Ceiling(share * _plans[i].Count) });

    public void Leave(double share) => AtOnce(_ => new ClientOrder(ClientOrder.Leave) { Share = share });

    /// <param name="numberOf">The number each channel has come to.</param>
    public void Return(double share, bool resumes, Func<int, int> numberOf, int numberToAll) =>
        InTurns(i => new ClientOrder(ClientOrder.Return)
        {
            Share = share,
            Resumes = resumes,
            Numbers = resumes ? [] : NumbersFor(_plans[i], numberOf),
            NumberToAll = numberToAll,
        });

    public void Expect(Func<int, int> numberOf, int numberToAll) =>
        InTurns(i => new ClientOrder(ClientOrder.Expect)
        {
            Numbers = NumbersFor(_plans[i], numberOf),
            NumberToAll = numberToAll,
        });

    /// <summary>Makes <see cref="Held"/>, <see cref="Delivered"/> and <see cref="Errors"/> those of now.</summary>
    public void Count() => AtOnce(_ => new ClientOrder(ClientOrder.Count));

    /// <summary>Asks for the same and does not wait; not more than once at a time.</summary>
    public void CountSoon()
    {
        foreach (var client in _clients.Where(client => !client.IsBusy))
        {
            client.Send(new ClientOrder(ClientOrder.Count));
        }
    }

    /// <summary>Takes the durations of the deliveries since this was last asked.</summary>
    public Latencies TakeLatencies()
    {
        WaitFor(_clients);
        AtOnce(_ => new ClientOrder(ClientOrder.Take));
        var sum = new Latencies();
        foreach (var client in _clients)
        {
            sum.Add(client.Last.Latencies);
        }

        return sum;
    }

    /// <summary>Continues after an error with those who are there, to count.</summary>
    public void ClearError()
    {
        while (_clients.Any(client => client.IsBusy))
        {
            Thread.Sleep(Pause);
        }

        _clients.ForEach(client => client.ClearError());
    }

    public void Dispose()
    {
        _clients.ForEach(client => client.Dismiss());
        _clients.ForEach(client => client.Dispose());
    }

    private static int[] NumbersFor(SubscriptionPlan plan, Func<int, int> numberOf) =>
    [
        .. Enumerable.Range(0, Math.Min(plan.Count, plan.Channels)).Select(plan.ChannelOf)
            .Where(channel => numberOf(channel) > 0)
            .SelectMany(channel => (int[])[channel, numberOf(channel)]),
    ];

    private void AtOnce(Func<int, ClientOrder> orderFor)
    {
        WaitFor(_clients);
        for (var i = 0; i < _clients.Count; i++)
        {
            _clients[i].Send(orderFor(i));
        }

        WaitFor(_clients);
    }

    private void InTurns(Func<int, ClientOrder> orderFor)
    {
        WaitFor(_clients);
        for (var next = 0; next < _clients.Count;)
        {
            if (_clients.Count(client => client.IsBusy) < _openingAtOnce)
            {
                _clients[next].Send(orderFor(next));
                next++;
            }
            else
            {
                Wait();
            }
        }

        WaitFor(_clients);
    }

    private void WaitFor(List<ClientProcess> clients)
    {
        while (clients.Any(client => client.IsBusy))
        {
            Wait();
        }

        clients.ForEach(client => client.ThrowIfFailed());
    }

    // One that has failed stops all: its sentence is thrown.
    private void Wait()
    {
        Thread.Sleep(Pause);
        _clients.ForEach(client => client.ThrowIfFailed());
        Passing?.Invoke();
    }
}
