using System.CommandLine;
using System.Diagnostics;
using Halley.Load.Clients;
using Halley.Load.Native;
using Halley.Load.Reports;
using Halley.Load.Server;

namespace Halley.Load.Commands;

/// <summary>What a push costs where there is nobody to receive it, or one subscriber on each channel.</summary>
internal sealed class PushCommand
{
    private const int WarmUpPasses = 3;

    private static readonly TimeSpan DeliveryLimit = TimeSpan.FromSeconds(10);

    private readonly Target _target;
    private readonly int _pushes, _connections, _subscribersEach;
    private readonly Payload _payload;
    private readonly string[] _channels;

    private PushCommand(Target target, int pushes, int connections, int channels, int subscribersEach, int size)
    {
        (_target, _pushes, _connections, _subscribersEach) = (target, pushes, connections, subscribersEach);
        _payload = new Payload(size);
        _channels = [.. Enumerable.Range(0, channels).Select(i => $"p{Environment.ProcessId}x{i}")];
    }

    private string Setting =>
        $"{_connections} connections, {_channels.Length:N0} channels with {(_subscribersEach == 0 ? "nobody" : "one subscriber")} each, " +
        $"messages of {_payload.Size} B";

    public static Command Create()
    {
        var target = new Target();
        Option<int> pushes = new("--pushes") { Description = "Pushes in each round.", DefaultValueFactory = _ => 100_000 };
        Option<int> connections = new("--connections") { Description = "Publishers at once.", DefaultValueFactory = _ => 16 };
        Option<int> channels = new("--channels") { Description = "Channels they push to in turn.", DefaultValueFactory = _ => 10_000 };
        Option<int> subscribers = new("--subscribers") { Description = "Stream subscribers of each channel: 0 or 1." };
        subscribers.AcceptOnlyFromAmong("0", "1");
        Option<int> size = new("--size") { Description = "Bytes of a message's content, at least 10.", DefaultValueFactory = _ => 100 };
        return target.CommandFor(
            "push",
            "Pushes to many channels: CPU of each push.",
            [pushes, connections, channels, subscribers, size],
            parsed =>
            {
                var command = new PushCommand(
                    target, parsed.GetValue(pushes), parsed.GetValue(connections), parsed.GetValue(channels), parsed.GetValue(subscribers),
                    parsed.GetValue(size));
                return (command.Setting, command.Run);
            });
    }

    private void Run(Measurement result)
    {
        using var poller = new Poller();
        using var subscribers = new Subscribers(
            poller, _target.Front, SubscriptionKind.Stream, hasBrowserHeaders: false, index => _channels[index], _payload);
        using var publishers = new Publishers(poller, _target.Admin, _connections, _payload);
        subscribers.OpenUpTo(_subscribersEach * _channels.Length);
        var run = new PushRun(publishers, _channels);
        for (var pass = 0; pass < WarmUpPasses; pass++)
        {
            Push(poller, subscribers, run, _channels.Length);
            _target.Server.WaitUntilQuiet();
        }

        using var allocations = _target.CountsHeap ? new AllocationCounter(_target.Server.Pids[0]) : null;
        for (var round = 0; round < _target.Rounds; round++)
        {
            _target.Server.WaitUntilQuiet();
            allocations?.TakeBytes();
            var start = Stopwatch.GetTimestamp();
            var before = _target.Server.ReadCpu();
            Push(poller, subscribers, run, _pushes);
            var cpu = _target.Server.ReadCpu() - before;
            if (allocations is not null)
            {
                result.Add("managed allocation per push, B", (double)allocations.TakeBytes() / _pushes);
            }
            else
            {
                result.AddCpu("push", cpu, _pushes);
                result.Add("pushes per s", _pushes / Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        result.Errors += subscribers.Check.Errors;
    }

    private void Push(Poller poller, Subscribers subscribers, PushRun run, int pushes)
    {
        var expected = subscribers.Check.Delivered + ((long)pushes * _subscribersEach);
        run.Push(pushes);
        poller.RunUntil(() => subscribers.Check.Delivered >= expected, DeliveryLimit);
        for (var index = 0; index < subscribers.Count; index++)
        {
            subscribers.Check.ExpectUpTo(index, run.PushedTo(index));
        }
    }
}
