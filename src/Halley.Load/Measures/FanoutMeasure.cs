using System.Diagnostics;
using Halley.Load.Clients;
using Halley.Load.Native;
using Halley.Load.Reports;
using Halley.Load.Wire;

namespace Halley.Load.Measures;

/// <summary>
/// Measures the cost of a delivered message: one channel, many subscribers, the next push when all have had the last.
/// </summary>
internal sealed class FanoutMeasure(Target target, int subscribers, int messages, int warmUp)
{
    private static readonly TimeSpan DeliveryLimit = TimeSpan.FromSeconds(10);

    public Measurement Run()
    {
        var plan = target.Subscribers with { Channels = 1, Count = subscribers };
        var setting = $"{subscribers:N0} subscribers, messages of {plan.PayloadSize} B";
        var result = new Measurement(target.Label, "fanout", setting, []) { Transport = target.TransportName };
        using var poller = new Poller();
        using var swarm = new Swarm(poller, plan);
        using var publishers = new Publishers(
            poller, target.Publishers, connections: 1, new Payload(plan.PayloadSize, plan.Run));
        var publishing = new Publishing(poller, publishers, channels: 1);
        swarm.OpenUpTo(subscribers);
        Push(poller, swarm, publishing, warmUp);
        using var heap = target.OpenHeap();
        for (var round = 0; round < target.Rounds; round++)
        {
            target.Server.WaitUntilQuiet();
            heap?.TakeAllocatedBytes();
            swarm.Latencies.Clear();
            var before = target.Server.ReadCpu();
            var toAll = Push(poller, swarm, publishing, messages);
            var cpu = target.Server.ReadCpu() - before;
            var delivered = (long)messages * subscribers;
            if (heap is not null)
            {
                result.Add("managed allocation per delivery, B", (double)heap.TakeAllocatedBytes() / delivered);
            }
            else
            {
                result.AddCpu("delivery", cpu, delivered);
                result.AddLatencies("delivery", swarm.Latencies);
                result.Add(
                    "until all have it (median), ms", Spread.Of(toAll.Select(time => time.TotalMilliseconds)).Median);
            }
        }

        result.Errors += swarm.Check.Errors;
        return result;
    }

    /// <summary>Pushes so many messages, one at a time; the times until everybody had each.</summary>
    private static List<TimeSpan> Push(Poller poller, Swarm swarm, Publishing publishing, int messages)
    {
        List<TimeSpan> toAll = [];
        for (var message = 1; message <= messages; message++)
        {
            var wanted = swarm.Check.Delivered + swarm.Count;
            var start = Stopwatch.GetTimestamp();
            publishing.Publish(1, ratePerSecond: 0, () => 0);
            if (!poller.RunUntil(() => swarm.Check.Delivered >= wanted, DeliveryLimit))
            {
                for (var index = 0; index < swarm.Count; index++)
                {
                    swarm.Check.ExpectUpTo(index, isToEverybody: false, publishing.PublishedTo(0));
                }

                throw new LoadException(
                    $"Message {publishing.PublishedTo(0)} has not reached everybody within "
                        + $"{DeliveryLimit.TotalSeconds} s: {swarm.Check.Errors}");
            }

            toAll.Add(Stopwatch.GetElapsedTime(start));
            poller.RunUntil(() => swarm.Held == swarm.Count, DeliveryLimit);
        }

        return toAll;
    }
}
