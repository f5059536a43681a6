using System.CommandLine;
using Halley.Load.Clients;
using Halley.Load.Native;
using Halley.Load.Reports;
using Halley.Load.Server;

namespace Halley.Load.Commands;

/// <summary>What a held subscription costs: memory by the slope between two sizes, and CPU until it is parked.</summary>
internal sealed class HoldCommand
{
    private const int VerifyConnections = 8;
    private const int WarmUpBursts = 3;

    private static readonly TimeSpan DeliveryLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HeldWatch = TimeSpan.FromSeconds(2);

    private readonly Target _target;
    private readonly SubscriptionKind _kind;
    private readonly bool _isOneChannel, _hasBrowserHeaders;
    private readonly int _few, _many, _warmUp;
    private readonly Payload _payload = new(100);
    private int _swarms;

    private HoldCommand(Target target, SubscriptionKind kind, bool isOneChannel, bool hasBrowserHeaders, int[] sizes, int warmUp)
    {
        (_target, _kind, _isOneChannel, _hasBrowserHeaders, _warmUp) = (target, kind, isOneChannel, hasBrowserHeaders, warmUp);
        (_few, _many) = (sizes[0], sizes[1]);
    }

    public static Command Create()
    {
        var target = new Target();
        Option<SubscriptionKind> kind = new("--kind") { Description = "How they are served.", DefaultValueFactory = _ => SubscriptionKind.Stream };
        Option<string> channels = new("--channels") { Description = "A channel for each, or one for all.", DefaultValueFactory = _ => "own" };
        channels.AcceptOnlyFromAmong("own", "one");
        Option<int[]> sizes = new("--sizes")
        {
            Description = "The two numbers of subscriptions between which memory is compared.",
            AllowMultipleArgumentsPerToken = true,
            Arity = new ArgumentArity(2, 2),
            DefaultValueFactory = _ => [5_000, 18_000],
        };
        Option<int> warmUp = new("--warm-up") { Description = "Subscriptions opened and closed before it counts.", DefaultValueFactory = _ => 4_500 };
        Option<bool> browser = new("--browser") { Description = "Send some 700 bytes of headers, as a browser does." };
        return target.CommandFor(
            "hold",
            "Holds subscriptions: memory of each, CPU to accept and park it.",
            [kind, channels, sizes, warmUp, browser],
            parsed =>
            {
                var command = new HoldCommand(
                    target, parsed.GetValue(kind), parsed.GetValue(channels) == "one", parsed.GetValue(browser),
                    parsed.GetRequiredValue(sizes), parsed.GetValue(warmUp));
                return (command.Setting, command.Run);
            });
    }

    private string Setting =>
        $"{_few:N0} to {_many:N0} {_kind.ToString().ToLowerInvariant()} subscribers, " +
        $"{(_isOneChannel ? "all on one channel" : "each on its own channel")}{(_hasBrowserHeaders ? ", browser headers" : "")}";

    private void Run(Measurement result)
    {
        using var poller = new Poller();
        WarmUp(poller);
        for (var round = 0; round < _target.Rounds; round++)
        {
            MeasureMemory(poller, result);
            if (!_target.CountsHeap)
            {
                MeasureCpu(poller, result);
            }
        }
    }

    private void MeasureMemory(Poller poller, Measurement result)
    {
        _target.Server.WaitUntilQuiet();
        using var subscribers = NewSwarm(poller, out var channels);
        var few = Grow(subscribers, _few);
        var many = Grow(subscribers, _many);
        if (few.Heap is { } before && many.Heap is { } after)
        {
            result.Add("managed objects per connection", PerConnection(after.Objects - before.Objects));
            result.Add("managed heap per connection, B", PerConnection(after.Bytes - before.Bytes));
        }
        else
        {
            result.Add("memory per connection, B", PerConnection(many.ResidentBytes - few.ResidentBytes));
            result.Add("CPU per subscription in a young process, µs", (few.Cpu + many.Cpu).PerOperation(_many).Total);
        }

        Verify(poller, subscribers, channels);
        result.Errors += subscribers.Check.Errors;
    }

    // After the memory, so that by now all code on the way has been compiled for good.
    private void MeasureCpu(Poller poller, Measurement result)
    {
        _target.Server.WaitUntilQuiet();
        using var subscribers = NewSwarm(poller, out _);
        result.AddCpu("subscription", Grow(subscribers, _many).Cpu, _many);
        result.Add("CPU while all are held, ms per s", CpuWhileHeld());
    }

    // Code is compiled and pools are filled by fewer connections than the slope begins with, so neither is in the slope.
    private void WarmUp(Poller poller)
    {
        for (var burst = 0; burst < WarmUpBursts && _warmUp > 0; burst++)
        {
            using (var subscribers = NewSwarm(poller, out _))
            {
                subscribers.OpenUpTo(_warmUp / WarmUpBursts);
            }

            _target.Server.WaitUntilQuiet();
        }

        if (_target.CountsHeap)
        {
            HeapCensus.Take(_target.Server);    // the first leaves some thousand objects of its own
        }
    }

    private Subscribers NewSwarm(Poller poller, out string[] channels)
    {
        var prefix = $"h{Environment.ProcessId}x{++_swarms}";
        var names = _isOneChannel ? [prefix] : Enumerable.Range(0, _many).Select(i => $"{prefix}x{i}").ToArray();
        channels = names;
        return new Subscribers(poller, _target.Front, _kind, _hasBrowserHeaders, i => names[i % names.Length], _payload);
    }

    private (CpuTime Cpu, long ResidentBytes, HeapCensus? Heap) Grow(Subscribers subscribers, int count)
    {
        var before = _target.Server.ReadCpu();
        subscribers.OpenUpTo(count);
        _target.Server.WaitUntilQuiet();
        var cpu = _target.Server.ReadCpu() - before;
        return _target.CountsHeap
            ? (cpu, 0, HeapCensus.Take(_target.Server))
            : (cpu, _target.Server.ReadSettledResidentBytes(), null);
    }

    private double PerConnection(long growth) => (double)growth / (_many - _few);

    private double CpuWhileHeld()
    {
        var before = _target.Server.ReadCpu();
        Thread.Sleep(HeldWatch);
        return (_target.Server.ReadCpu() - before).Total / HeldWatch * 1000;
    }

    // That they are really held shows when each gets a message.
    private void Verify(Poller poller, Subscribers subscribers, string[] channels)
    {
        using var publishers = new Publishers(poller, _target.Admin, Math.Min(VerifyConnections, channels.Length), _payload);
        new PushRun(publishers, channels).Push(channels.Length);
        poller.RunUntil(() => subscribers.Check.Delivered == _many, DeliveryLimit);
        for (var subscriber = 0; subscriber < _many; subscriber++)
        {
            subscribers.Check.ExpectUpTo(subscriber, 1);
        }
    }
}
