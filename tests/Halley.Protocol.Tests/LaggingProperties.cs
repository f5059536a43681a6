using FsCheck;
using FsCheck.Fluent;
using Halley.Testing.Properties;

namespace Halley.Protocol.Tests;

/// <summary>
/// The promise for those who are slow: whatever is published, kept, forgotten and taken, and in which order, a
/// subscriber sees every message once and in order, or is told exactly what is missing, or is cut off and comes back.
/// </summary>
public class LaggingProperties
{
    private const int MaxQueued = 60_000;

    private enum Verb
    {
        Publish,
        PublishLarge,
        PublishUnkept,
        PublishBrief,
        Run,
        Take,
        PassTime,
        Clear,
    }

    [Theory]
    [InlineData(SlowConsumerPolicy.End, true, 0)]
    [InlineData(SlowConsumerPolicy.End, true, 12)]
    [InlineData(SlowConsumerPolicy.End, false, 0)]
    [InlineData(SlowConsumerPolicy.End, false, 12)]
    [InlineData(SlowConsumerPolicy.DropOldest, true, 0)]
    [InlineData(SlowConsumerPolicy.DropOldest, true, 3)]
    [InlineData(SlowConsumerPolicy.DropOldest, true, 12)]
    [InlineData(SlowConsumerPolicy.DropOldest, false, 3)]
    [InlineData(SlowConsumerPolicy.Latest, true, 0)]
    [InlineData(SlowConsumerPolicy.Latest, true, 12)]
    [InlineData(SlowConsumerPolicy.Latest, false, 12)]
    public void A_subscriber_sees_every_message_once_and_in_order_or_is_told_what_is_missing(
        SlowConsumerPolicy policy, bool isTold, int historySize) =>
        Claim.Holds(
            Steps,
            steps =>
            {
                using var node = new ICometNode(
                    new HubOptions { HistorySize = historySize, SlowConsumersOf = _ => policy });
                var stream = new PublishedStream(node.Hub.FindOrCreate("a"u8)!, historySize);

                // There is something to come back to.
                var before = steps.Count / 3;
                var client = new SlowClient(node, stream, isTold, MaxQueued);
                for (var i = 0; i < steps.Count; i++)
                {
                    if (i == before)
                    {
                        client.Come();
                    }

                    Do(steps[i], node, stream, i >= before ? client : null);
                }

                if (steps.Count == 0)
                {
                    client.Come();
                }

                // A last one, so that whoever is not told sees the end of the stream, too.
                stream.Publish(node.Hub, 1);
                var isDone = false;
                for (var i = 0; i < 1000 && !isDone; i++)
                {
                    node.Dispatcher.RunAll();
                    client.Take();
                    isDone = !client.IsBehind && client.Untaken == 0;
                }

                Assert.True(isDone);
                Assert.True(client.Expected == stream.Next || (!isTold && client.TimesCut > 0));
            },
            times: 200);

    private static void Do((Verb Verb, int Amount) step, ICometNode node, PublishedStream stream, SlowClient? client)
    {
        switch (step.Verb)
        {
            case Verb.Publish:
                stream.Publish(node.Hub, step.Amount);
                break;
            case Verb.PublishLarge:
                stream.Publish(node.Hub, step.Amount * 4000);
                break;
            case Verb.PublishUnkept:
                stream.Publish(node.Hub, step.Amount * 100, new Retention(0, null));
                break;
            case Verb.PublishBrief:
                stream.Publish(node.Hub, step.Amount * 1000, new Retention(12, TimeSpan.FromSeconds(2)));
                break;
            case Verb.Run:
                node.Dispatcher.RunSlice(step.Amount);
                break;
            case Verb.PassTime:
                node.Time.AdvanceSeconds(step.Amount);
                break;
            case Verb.Clear when step.Amount == 0:
                stream.Channel.Clear();
                break;
            case Verb.Take:
                client?.Take();
                break;
        }

        client?.Look();
    }

    private static Arbitrary<IReadOnlyList<(Verb Verb, int Amount)>> Steps { get; } = Any.ListOf(
        from verb in Gen.Frequency(
            (6, Gen.Constant(Verb.Publish)),
            (10, Gen.Constant(Verb.PublishLarge)),
            (2, Gen.Constant(Verb.PublishUnkept)),
            (2, Gen.Constant(Verb.PublishBrief)),
            (8, Gen.Constant(Verb.Run)),
            (4, Gen.Constant(Verb.Take)),
            (1, Gen.Constant(Verb.PassTime)),
            (1, Gen.Constant(Verb.Clear)))
        from amount in Gen.Choose(0, 5)
        select (verb, amount));
}
