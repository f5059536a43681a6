using FsCheck.Fluent;
using Halley.Channels;
using Halley.Testing.Doubles;
using Halley.Testing.Properties;

namespace Halley.Core.Tests;

/// <summary>
/// Whatever happened to a channel: who comes back with a place hears of every offset behind it once and in order, as a
/// message or as lost.
/// </summary>
public class ResumptionProperties
{
    private enum Verb
    {
        Publish,
        PublishToExpire,
        PublishUnkept,
        Clear,
        Wait,
        Resume,
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(1000)]
    public void Every_offset_is_given_or_told_as_lost(int historySize) =>
        Claim.Holds(
            Any.ListOf(
                from verb in Gen.Frequency(
                    (6, Gen.Constant(Verb.Publish)),
                    (3, Gen.Constant(Verb.PublishToExpire)),
                    (2, Gen.Constant(Verb.PublishUnkept)),
                    (1, Gen.Constant(Verb.Clear)),
                    (2, Gen.Constant(Verb.Wait)),
                    (5, Gen.Constant(Verb.Resume)))
                from amount in Gen.Choose(1, 6)
                select (verb, amount)),
            steps =>
            {
                var owner = new FakeOwner { HistorySize = historySize };
                var channel = owner.Channel();
                foreach (var (verb, amount) in steps)
                {
                    Do(verb, amount, owner, channel);
                }

                Resume(channel, channel.Position.Offset);
            },
            times: 1000);

    private static void Do(Verb verb, int amount, FakeOwner owner, Channel channel)
    {
        switch (verb)
        {
            case Verb.Publish:
                channel.Publish();
                break;
            case Verb.PublishToExpire:
                channel.TryPublish(
                    new Publication([]) { Retention = new Retention(amount, TimeSpan.FromSeconds(amount)) }, out _);
                break;
            case Verb.PublishUnkept:
                channel.TryPublish(new Publication([]) { Retention = new Retention(0, null) }, out _);
                break;
            case Verb.Clear:
                channel.Clear();
                break;
            case Verb.Wait:
                owner.Now += (uint)amount;
                break;
            default:
                Resume(channel, amount);
                break;
        }
    }

    private static void Resume(Channel channel, long back)
    {
        var position = channel.Position;
        var place = position with { Offset = Math.Max(1, position.Offset - back) };
        var subscriber = new RecordingSubscriber();
        var result = channel.Attach(subscriber, new ManualDispatcher(), Replay.Resume(place), onlyToWait: false);
        var isFirst = true;
        var messagesLeft = result.Missed.Count;
        var next = place.Offset;
        foreach (var step in Resumption.Steps(place, result))
        {
            if (step.Message is { } message)
            {
                Assert.False(isFirst, "The first thing told is where it stands.");
                Assert.Equal(next++, message.Offset);
                messagesLeft--;
                continue;
            }

            Assert.Equal(messagesLeft, step.Notice.Count);
            if (step.Notice.Kind == PositionNoticeKind.Gap)
            {
                Assert.Equal(next, step.Notice.From);
                Assert.InRange(step.Notice.To, next, position.Offset - 1);
                next = step.Notice.To + 1;
            }
            else
            {
                Assert.True(
                    isFirst && step.Notice.Kind == PositionNoticeKind.Exact,
                    "A place in this very stream is not void.");
            }

            Assert.Equal(next, step.Notice.Next);
            isFirst = false;
        }

        Assert.Equal(position.Offset, next);
        Assert.Equal(next, subscriber.Next);
    }
}
