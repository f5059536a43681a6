using System.Diagnostics;
using Halley.Load.Clients;
using Halley.Load.Native;
using Halley.Load.Processes;
using Halley.Load.Reports;
using Halley.Load.Server;
using Halley.Load.Wire;

namespace Halley.Load.Measures;

/// <summary>
/// Holds subscribers in many client processes, publishes to them, has some leave and come back, and accounts for every
/// message: whoever should have had it, whether it came, once and in order.
/// </summary>
/// <param name="clientCommand">This program and the words that make it a client process.</param>
internal sealed class RunMeasure(
    Target target, RunSettings settings, IReadOnlyList<string> clientCommand, ProgressLine progress)
{
    /// <summary>
    /// The share of subscribers at which memory is read first: a slope from here on leaves out what a server costs
    /// anyway, and what it warmed up.
    /// </summary>
    private const double FirstShare = 0.25;

    /// <summary>
    /// A receive buffer for what these clients get; the kernel's own default would let it keep far more.
    /// </summary>
    private const int ReceiveBuffer = 16 << 10;

    /// <summary>Time for what the server had taken before, if it still runs.</summary>
    private static readonly TimeSpan PatienceAfterError = TimeSpan.FromSeconds(1);

    private readonly Random _random = new(20261122);    // any; the same for all runs that are compared
    private readonly long[] _subscribersOf = new long[settings.Channels];
    private readonly Measurement _result = new(target.Label, "run", "", []);
    private long _due, _writtenOff;

    /// <summary>The error that ended the run before its time; null: none.</summary>
    public string? Error { get; private set; }

    private string Setting =>
        $"{settings.Subscribers:N0} {target.TransportName} subscribers, "
            + (settings.Channels == 1 ? "all on one channel"
                : settings.Channels == settings.Subscribers ? "each on its own channel"
                : $"on {settings.Channels:N0} channels")
            + (settings.Broadcasts > 0 ? $", {settings.Broadcasts:N0} messages to everybody" : "")
            + $", {Count:N0} messages of {target.Subscribers.PayloadSize} B to "
            + $"{settings.To.ToString().ToLowerInvariant()}"
            + (settings.Rate > 0 ? $" at {settings.Rate:0.###} a second" : "")
            + (settings.Drop > 0
                ? $"; {settings.Drop:P0} leave, {settings.Missed:N0} messages to those, "
                    + $"and they {(settings.Resumes ? "resume" : "come back anew")}"
                : "");

    private long Count => settings.Seconds > 0 ? (long)(settings.Seconds * settings.Rate) : settings.Messages;

    /// <exception cref="LoadException">It could not begin.</exception>
    public Measurement Run()
    {
        var clients = Preflight.ClientsFor(
            settings.Subscribers, settings.Clients, UrlTemplate.Parse("--subscribe", target.Subscribers.Subscribe)
                .IsLoopback, Preflight.ReadDescriptorLimit());
        Preflight.CheckMemory(settings.Subscribers, clients, KernelMemory.ReadAvailable());
        Preflight.CheckServer(target.Server, settings.Subscribers);
        var plan = target.Subscribers with
        {
            Count = settings.Subscribers,
            Channels = settings.Channels,
            ReceiveBuffer = Math.Max(ReceiveBuffer, 4 * target.Subscribers.PayloadSize),
        };
        for (var subscriber = 0; subscriber < settings.Subscribers; subscriber++)
        {
            _subscribersOf[plan.ChannelOf(subscriber)]++;
        }

        using var poller = new Poller();
        using var publishers = new Publishers(
            poller, target.Publishers, settings.Publishers, new Payload(plan.PayloadSize, plan.Run));
        var publishing = new Publishing(poller, publishers, settings.Channels);
        using var heap = target.OpenHeap();
        progress.Say($"starting {clients} client processes");
        using var fleet = new ClientFleet(clientCommand, plan, clients);
        publishing.Passing = () => TellPublishing(publishing, fleet);
        Open(fleet, heap);
        try
        {
            PublishAll(publishers, publishing, fleet);
            LeaveAndReturn(publishing, fleet);
        }
        catch (LoadException error)
        {
            Error = error.Message;
        }

        Account(publishing, fleet);
        progress.End();
        return _result with { Setting = Setting };
    }

    private void Open(ClientFleet fleet, HeapProgram? heap)
    {
        fleet.Passing = () => Tell(() => $"held {fleet.Held:N0} of {settings.Subscribers:N0}");
        target.Server.Settle();
        var (cpu, time) = (default(CpuTime), TimeSpan.Zero);
        var readings = new MemoryReading[2];
        foreach (var (leg, share) in (ReadOnlySpan<(int, double)>)[(0, FirstShare), (1, 1.0)])
        {
            var start = Stopwatch.GetTimestamp();
            var before = target.Server.ReadCpu();
            fleet.Open(share);
            time += Stopwatch.GetElapsedTime(start);
            target.Server.Settle();
            cpu += target.Server.ReadCpu() - before;
            readings[leg] = ReadMemory(heap, fleet.Held);
        }

        _result.Add("subscriptions held", fleet.Held);
        _result.Add("connections per second", settings.Subscribers / time.TotalSeconds);
        if (target.Server.IsKnown)
        {
            _result.AddCpu("subscription", cpu, settings.Subscribers);
            _result.Add("server's resident memory with all held, MiB", readings[1].ResidentBytes / 1048576.0);
        }

        AddMemory(readings[0], readings[1]);
    }

    private MemoryReading ReadMemory(HeapProgram? heap, int held) => new(
        held,
        target.Server.IsKnown ? target.Server.ReadResidentBytes() : 0,
        heap?.Census().Bytes ?? 0,
        KernelMemory.Read());

    private void AddMemory(MemoryReading first, MemoryReading all)
    {
        var connections = all.Held - first.Held;
        if (connections <= 0)
        {
            return;
        }

        if (target.Server.IsKnown)
        {
            _result.Add("memory per connection, B", (double)(all.ResidentBytes - first.ResidentBytes) / connections);
        }

        if (target.CountsHeap)
        {
            _result.Add("managed heap per connection, B", (double)(all.HeapBytes - first.HeapBytes) / connections);
        }

        var kernel = all.Kernel - first.Kernel;
        _result.Add("kernel slabs per connection, both ends, B", (double)kernel.Slab / connections);
        _result.Add("socket buffers per connection, both ends, B", (double)kernel.Buffers / connections);
    }

    private void PublishAll(Publishers publishers, Publishing publishing, ClientFleet fleet)
    {
        if (settings.Broadcasts > 0)
        {
            Measure("message to everybody", fleet, settings.Broadcasts, Broadcast(settings.Broadcasts));
        }

        var toAll = settings.To == Audience.All && publishers.CanBroadcast;
        var turn = 0;
        Measure("message", fleet, Count, toAll ? Broadcast(Count) : Publish);

        void Publish() => publishing.Publish(Count, settings.Rate, () => Due(settings.To switch
        {
            Audience.One => 0,
            Audience.All => turn++ % settings.Channels,
            _ => _random.Next(settings.Channels),
        }));

        Action Broadcast(long count) => () =>
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0L; i < count; i++)
            {
                _due += settings.Subscribers;
                publishing.Broadcast();
                while (settings.Rate > 0 && Stopwatch.GetElapsedTime(start).TotalSeconds * settings.Rate < i + 1)
                {
                    Thread.Sleep(1);
                }
            }
        };
    }

    private void LeaveAndReturn(Publishing publishing, ClientFleet fleet)
    {
        var away = settings.Drop > 0
            ? Enumerable.Range(0, settings.Subscribers)
                .Where(subscriber => Absence.Includes(subscriber, settings.Drop))
                .ToArray()
            : [];
        if (away.Length == 0)
        {
            return;
        }

        var channels = away.Select(subscriber => subscriber % settings.Channels).Distinct().ToArray();
        progress.Say($"{away.Length:N0} subscribers leave");
        fleet.Leave(settings.Drop);
        target.Server.Settle();
        var delivered = fleet.Delivered;
        CountAway(away, present: settings.Resumes ? 0 : -1);
        publishing.Publish(settings.Missed, settings.Rate, AnyOf(channels));
        CountAway(away, present: settings.Resumes ? 0 : 1);
        fleet.TakeLatencies();
        var start = Stopwatch.GetTimestamp();
        var before = target.Server.ReadCpu();
        fleet.Passing = () => Tell(() => $"held {fleet.Held:N0} of {settings.Subscribers:N0}: they come back");
        fleet.Return(settings.Drop, settings.Resumes, publishing.PublishedTo, publishing.PublishedToAll);
        var returned = Stopwatch.GetElapsedTime(start);
        WaitForDeliveries(fleet, settings.Patience);
        target.Server.Settle();
        _result.Add("subscribers that left and came back", away.Length);
        _result.Add("messages published while they were away", settings.Missed);
        _result.Add("delivered of those", fleet.Delivered - delivered);
        _result.Add("returns per second", away.Length / returned.TotalSeconds);
        if (target.Server.IsKnown)
        {
            _result.AddCpu("return", target.Server.ReadCpu() - before, away.Length);
        }

        Measure(
            "message after the return",
            fleet,
            settings.Missed,
            () => publishing.Publish(settings.Missed, settings.Rate, AnyOf(channels)));
    }

    /// <summary>
    /// Counts who is away: a subscriber that does not resume is due nothing of what is published meanwhile.
    /// </summary>
    private void CountAway(int[] away, int present)
    {
        foreach (var subscriber in away)
        {
            _subscribersOf[subscriber % settings.Channels] += present;
        }
    }

    private Func<int> AnyOf(int[] channels) => () => Due(channels[_random.Next(channels.Length)]);

    private int Due(int channel)
    {
        _due += _subscribersOf[channel];
        return channel;
    }

    private void Measure(string operation, ClientFleet fleet, long count, Action publish)
    {
        if (count == 0)
        {
            return;
        }

        target.Server.Settle();
        progress.Say($"publishing: {operation}, {count:N0} times");
        fleet.TakeLatencies();
        var delivered = fleet.Delivered;
        var start = Stopwatch.GetTimestamp();
        var before = target.Server.ReadCpu();
        publish();
        var published = Stopwatch.GetElapsedTime(start);
        WaitForDeliveries(fleet, settings.Patience);
        var all = Stopwatch.GetElapsedTime(start);
        target.Server.Settle();
        var cpu = target.Server.ReadCpu() - before;
        delivered = fleet.Delivered - delivered;
        _result.Add($"published ({operation})", count);
        _result.Add($"published per second ({operation})", count / published.TotalSeconds);
        _result.Add($"delivered ({operation})", delivered);
        _result.Add($"delivered per second ({operation})", delivered / all.TotalSeconds);
        if (target.Server.IsKnown)
        {
            _result.AddCpu($"published {operation}", cpu, count);
            _result.AddCpu($"delivered {operation}", cpu, Math.Max(1, delivered));
        }

        _result.AddLatencies($"delivery of a {operation}", fleet.TakeLatencies());
    }

    /// <summary>Returns when all that is due has come, or nothing more comes.</summary>
    private void WaitForDeliveries(ClientFleet fleet, TimeSpan patience)
    {
        fleet.Passing = () => Tell(() => $"delivered {fleet.Delivered:N0} of {_due:N0}");
        fleet.Count();
        for (var (last, since) = (-1L, 0L); fleet.Delivered < _due - _writtenOff; fleet.Count())
        {
            if (fleet.Delivered != last)
            {
                (last, since) = (fleet.Delivered, Stopwatch.GetTimestamp());
            }
            else if (Stopwatch.GetElapsedTime(since) > patience)
            {
                _writtenOff = _due - fleet.Delivered;
                return;
            }

            Thread.Sleep(50);
            fleet.Passing();
        }
    }

    private void Account(Publishing publishing, ClientFleet fleet)
    {
        progress.Say("every subscriber's messages are counted");
        fleet.ClearError();
        WaitForDeliveries(fleet, Error is null ? settings.Patience : PatienceAfterError);
        fleet.Expect(publishing.PublishedTo, publishing.PublishedToAll);
        fleet.Count();
        _result.Add("delivered in all", fleet.Delivered);
        _result.Add("due in all", _due);
        _result.Add("delivery ratio", _due == 0 ? 1 : (double)fleet.Delivered / _due);
        _result.Add("client processes", fleet.Pids.Count);
        _result.Add(
            "private memory of a client process, MiB",
            new ServerProcess(fleet.Pids).ReadPrivateBytes() / 1048576.0 / fleet.Pids.Count);
        _result.Errors = fleet.Errors;
    }

    private void TellPublishing(Publishing publishing, ClientFleet fleet)
    {
        if (progress.IsDue)
        {
            fleet.CountSoon();
            progress.Say($"published {publishing.Made:N0}, delivered {fleet.Delivered:N0} of {_due:N0}");
        }
    }

    private void Tell(Func<string> text)
    {
        if (progress.IsDue)
        {
            progress.Say(text());
        }
    }

    private readonly record struct MemoryReading(int Held, long ResidentBytes, long HeapBytes, KernelMemory Kernel);
}
