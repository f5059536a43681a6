using System.Diagnostics;
using Halley.Load.Clients;
using Halley.Load.Native;
using Halley.Load.Reports;
using Halley.Load.Wire;

namespace Halley.Load.Measures;

/// <summary>
/// Measures the cost of a push where there is nobody to receive it, or one subscriber on each channel.
/// </summary>
internal sealed class PushMeasure(Target target, int pushes, int connections, int channels, int subscribersEach)
{
    private const int WarmUpPasses = 3;

    private static readonly TimeSpan DeliveryLimit = TimeSpan.FromSeconds(10);

    private int _turn;

    private string Setting =>
        $"{connections} connections, "
            + $"{channels:N0} channels with {(subscribersEach == 0 ? "nobody" : "one subscriber")} each, "
            + $"messages of {target.Subscribers.PayloadSize} B";

    public Measurement Run()
    {
        var result = new Measurement(target.Label, "push", Setting, []) { Transport = target.TransportName };
        var plan = target.Subscribers with { Channels = channels, Count = subscribersEach * channels };
        using var poller = new Poller();
        using var swarm = new Swarm(poller, plan);
        using var publishers = new Publishers(
            poller, target.Publishers, connections, new Payload(plan.PayloadSize, plan.Run));
        var publishing = new Publishing(poller, publishers, channels);
        swarm.OpenUpTo(plan.Count);
        for (var pass = 0; pass < WarmUpPasses; pass++)
        {
            Push(poller, swarm, publishing, channels);
            target.Server.WaitUntilQuiet();
        }

        using var heap = target.OpenHeap();
        for (var round = 0; round < target.Rounds; round++)
        {
            target.Server.WaitUntilQuiet();
            heap?.TakeAllocatedBytes();
            var start = Stopwatch.GetTimestamp();
            var before = target.Server.ReadCpu();
            Push(poller, swarm, publishing, pushes);
            var cpu = target.Server.ReadCpu() - before;
            if (heap is not null)
            {
                result.Add("managed allocation per push, B", (double)heap.TakeAllocatedBytes() / pushes);
            }
            else
            {
                result.AddCpu("push", cpu, pushes);
                result.Add("pushes per s", pushes / Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        }

        result.Errors += swarm.Check.Errors;
        return result;
    }

    private void Push(Poller poller, Swarm swarm, Publishing publishing, int count)
    {
        var expected = swarm.Check.Delivered + ((long)count * subscribersEach);
        publishing.Publish(count, ratePerSecond: 0, () => _turn++ % channels);
        poller.RunUntil(() => swarm.Check.Delivered >= expected, DeliveryLimit);
        for (var index = 0; index < swarm.Count; index++)
        {
            swarm.Check.ExpectUpTo(index, isToEverybody: false, publishing.PublishedTo(index));
        }
    }
}
