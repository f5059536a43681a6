using System.CommandLine;
using System.Diagnostics;
using Halley.Load.Clients;
using Halley.Load.Native;
using Halley.Load.Reports;
using Halley.Load.Server;

namespace Halley.Load.Commands;

/// <summary>What a delivered message costs: one channel, many subscribers, the next push when all have had the last.</summary>
internal sealed class FanoutCommand
{
    private static readonly TimeSpan DeliveryLimit = TimeSpan.FromSeconds(10);

    private readonly Target _target;
    private readonly SubscriptionKind _kind;
    private readonly int _subscribers, _messages, _warmUp;
    private readonly Payload _payload;
    private readonly byte[] _channel = System.Text.Encoding.ASCII.GetBytes($"f{Environment.ProcessId}");
    private readonly long[] _latencies;
    private long _pushedAt;
    private int _delivered, _number;

    private FanoutCommand(Target target, SubscriptionKind kind, int subscribers, int messages, int size, int warmUp)
    {
        (_target, _kind, _subscribers, _messages, _warmUp) = (target, kind, subscribers, messages, warmUp);
        _payload = new Payload(size);
        _latencies = new long[subscribers * messages];
    }

    private string Setting => $"{_subscribers:N0} {_kind.ToString().ToLowerInvariant()} subscribers, messages of {_payload.Size} B";

    public static Command Create()
    {
        var target = new Target();
        Option<SubscriptionKind> kind = new("--kind") { Description = "How they are served.", DefaultValueFactory = _ => SubscriptionKind.Stream };
        Option<int> subscribers = new("--subscribers") { Description = "How many.", DefaultValueFactory = _ => 10_000 };
        Option<int> messages = new("--messages") { Description = "Pushed in each round.", DefaultValueFactory = _ => 50 };
        Option<int> size = new("--size") { Description = "Bytes of a message's content, at least 10.", DefaultValueFactory = _ => 100 };
        Option<int> warmUp = new("--warm-up") { Description = "Messages pushed before it counts.", DefaultValueFactory = _ => 20 };
        return target.CommandFor(
            "fanout",
            "Pushes to many subscribers of one channel: CPU and time of each delivery.",
            [kind, subscribers, messages, size, warmUp],
            parsed =>
            {
                var command = new FanoutCommand(
                    target, parsed.GetValue(kind), parsed.GetValue(subscribers), parsed.GetValue(messages), parsed.GetValue(size),
                    parsed.GetValue(warmUp));
                return (command.Setting, command.Run);
            });
    }

    private void Run(Measurement result)
    {
        using var poller = new Poller();
        var channel = System.Text.Encoding.ASCII.GetString(_channel);
        using var subscribers = new Subscribers(poller, _target.Front, _kind, hasBrowserHeaders: false, _ => channel, _payload);
        using var publishers = new Publishers(poller, _target.Admin, connections: 1, _payload);
        subscribers.IsPollingAgain = true;
        subscribers.Delivered = _ => Delivered();
        subscribers.OpenUpTo(_subscribers);
        Push(poller, subscribers, publishers, _warmUp);
        using var allocations = _target.CountsHeap ? new AllocationCounter(_target.Server.Pids[0]) : null;
        for (var round = 0; round < _target.Rounds; round++)
        {
            _target.Server.WaitUntilQuiet();
            allocations?.TakeBytes();
            var before = _target.Server.ReadCpu();
            var toAll = Push(poller, subscribers, publishers, _messages);
            var cpu = _target.Server.ReadCpu() - before;
            if (allocations is not null)
            {
                result.Add("managed allocation per delivery, B", (double)allocations.TakeBytes() / _delivered);
            }
            else
            {
                result.AddCpu("delivery", cpu, _delivered);
                AddLatencies(result, toAll);
            }
        }

        result.Errors += subscribers.Check.Errors;
    }

    /// <summary>Pushes so many messages, one at a time; the times until everybody had each.</summary>
    private List<TimeSpan> Push(Poller poller, Subscribers subscribers, Publishers publishers, int messages)
    {
        List<TimeSpan> toAll = [];
        _delivered = 0;
        for (var message = 1; message <= messages; message++)
        {
            _pushedAt = Stopwatch.GetTimestamp();
            publishers.Push(0, _channel, ++_number);
            if (!poller.RunUntil(() => _delivered == message * _subscribers, DeliveryLimit))
            {
                Enumerable.Range(0, _subscribers).ToList().ForEach(index => subscribers.Check.ExpectUpTo(index, _number));
                throw new LoadException($"Message {_number} has not reached everybody: {subscribers.Check.Errors}");
            }

            toAll.Add(Stopwatch.GetElapsedTime(_pushedAt));
            publishers.Drain();
            poller.RunUntil(() => subscribers.Held == _subscribers, DeliveryLimit);
        }

        return toAll;
    }

    private void Delivered()
    {
        if (_delivered < _latencies.Length)
        {
            _latencies[_delivered] = Stopwatch.GetTimestamp() - _pushedAt;
        }

        _delivered++;
    }

    // Seen by a client that reads on one thread: the time includes its own work on the subscribers before.
    private void AddLatencies(Measurement result, List<TimeSpan> toAll)
    {
        var sorted = _latencies.AsSpan(0, _delivered);
        sorted.Sort();
        result.Add("delivery p50, ms", Milliseconds(sorted[sorted.Length / 2]));
        result.Add("delivery p99, ms", Milliseconds(sorted[(int)(sorted.Length * 0.99)]));
        result.Add("until all have it (median), ms", Spread.Of(toAll.Select(time => time.TotalMilliseconds)).Median);
    }

    private static double Milliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;
}
