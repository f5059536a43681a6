using Halley.Load.Clients;
using Halley.Load.Native;
using Halley.Load.Reports;
using Halley.Load.Server;
using Halley.Load.Wire;

namespace Halley.Load.Measures;

/// <summary>
/// Measures the cost of a held subscription: memory by the slope between two sizes, and CPU until it is parked.
/// </summary>
internal sealed class HoldMeasure(Target target, bool isOneChannel, int few, int many, int warmUp)
{
    private const int VerifyConnections = 8;
    private const int WarmUpBursts = 3;

    private static readonly TimeSpan DeliveryLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HeldWatch = TimeSpan.FromSeconds(2);

    private int _swarms;

    private string Setting =>
        $"{few:N0} to {many:N0} subscribers, "
            + $"{(isOneChannel ? "all on one channel" : "each on its own channel")}"
            + $"{(target.Subscribers.HasBrowserHeaders ? ", browser headers" : "")}";

    public Measurement Run()
    {
        var result = new Measurement(target.Label, "hold", Setting, []) { Transport = target.TransportName };
        using var heap = target.OpenHeap();
        using var poller = new Poller();
        WarmUp(poller, heap);
        for (var round = 0; round < target.Rounds; round++)
        {
            MeasureMemory(poller, heap, result);
            if (heap is null)
            {
                MeasureCpu(poller, result);
            }
        }

        return result;
    }

    private void MeasureMemory(Poller poller, HeapProgram? heap, Measurement result)
    {
        target.Server.WaitUntilQuiet();
        var plan = NewPlan();
        using var swarm = new Swarm(poller, plan);
        var lower = Grow(swarm, few, heap);
        var upper = Grow(swarm, many, heap);
        if (heap is not null)
        {
            result.Add("managed objects per connection", PerConnection(upper.Objects - lower.Objects));
            result.Add("managed heap per connection, B", PerConnection(upper.HeapBytes - lower.HeapBytes));
        }
        else
        {
            result.Add("memory per connection, B", PerConnection(upper.ResidentBytes - lower.ResidentBytes));
            result.Add("CPU per subscription in a young process, µs", (lower.Cpu + upper.Cpu).PerOperation(many).Total);
        }

        Verify(poller, swarm, plan);
        result.Errors += swarm.Check.Errors;
    }

    // After the memory, so that by now all code on the way has been compiled for good.
    private void MeasureCpu(Poller poller, Measurement result)
    {
        target.Server.WaitUntilQuiet();
        using var swarm = new Swarm(poller, NewPlan());
        result.AddCpu("subscription", Grow(swarm, many, heap: null).Cpu, many);
        result.Add("CPU while all are held, ms per s", CpuWhileHeld());
    }

    // Code is compiled and pools are filled by fewer connections than the slope begins with, so neither is in the
    // slope.
    private void WarmUp(Poller poller, HeapProgram? heap)
    {
        for (var burst = 0; burst < WarmUpBursts && warmUp > 0; burst++)
        {
            using (var swarm = new Swarm(poller, NewPlan()))
            {
                swarm.OpenUpTo(warmUp / WarmUpBursts);
            }

            target.Server.WaitUntilQuiet();
        }

        heap?.Census();    // the first leaves some thousand objects of its own
    }

    // Channels and source addresses that no swarm before has had.
    private SubscriptionPlan NewPlan() => target.Subscribers with
    {
        ChannelPrefix = $"{target.Subscribers.ChannelPrefix}{++_swarms}y",
        Channels = isOneChannel ? 1 : many,
        Count = many,
        SourceNet = [target.Subscribers.SourceNet[0], (byte)(1 + (_swarms % 250))],
        PollsAgain = false,
    };

    private Reading Grow(Swarm swarm, int count, HeapProgram? heap)
    {
        var before = target.Server.ReadCpu();
        swarm.OpenUpTo(count);
        target.Server.WaitUntilQuiet();
        var cpu = target.Server.ReadCpu() - before;
        if (heap is null)
        {
            return new Reading(cpu, target.Server.ReadSettledResidentBytes(), 0, 0);
        }

        var (objects, bytes) = heap.Census();
        return new Reading(cpu, 0, objects, bytes);
    }

    private double PerConnection(long growth) => (double)growth / (many - few);

    private double CpuWhileHeld()
    {
        var before = target.Server.ReadCpu();
        Thread.Sleep(HeldWatch);
        return (target.Server.ReadCpu() - before).Total / HeldWatch * 1000;
    }

    // That they are really held shows when each gets a message.
    private void Verify(Poller poller, Swarm swarm, SubscriptionPlan plan)
    {
        var publishing = target.Publishers with { ChannelPrefix = plan.ChannelPrefix };
        using var publishers = new Publishers(
            poller, publishing, Math.Min(VerifyConnections, plan.Channels), new Payload(plan.PayloadSize, plan.Run));
        var channel = 0;
        new Publishing(poller, publishers, plan.Channels).Publish(plan.Channels, ratePerSecond: 0, () => channel++);
        poller.RunUntil(() => swarm.Check.Delivered == many, DeliveryLimit);
        for (var subscriber = 0; subscriber < many; subscriber++)
        {
            swarm.Check.ExpectUpTo(subscriber, isToEverybody: false, 1);
        }
    }

    private readonly record struct Reading(CpuTime Cpu, long ResidentBytes, long Objects, long HeapBytes);
}
