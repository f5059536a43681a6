using Halley.Broker;
using Halley.Channels;

namespace Halley;

// Publishers that are held back: they outrun a dispatcher, and are answered when it has told what they published.
public sealed partial class Hub
{
    /// <summary>
    /// The number of publishers that wait for their answer until what they published is told. Any thread.
    /// </summary>
    public int WaitingPublishers => _state.WaitingPublishers;

    /// <summary>
    /// Has a publisher whose message is sequenced outside of this process wait, too, until the copy here has told it,
    /// where a dispatcher's <see cref="Backlog"/> is full.
    /// </summary>
    public ValueTask<PublishResult> HoldBack(ReadOnlySpan<byte> channel, ValueTask<PublishResult> publishing) =>
        Find(channel) is { } copy && copy.HoldsPublishersBack(long.MaxValue) ? HoldBack(publishing, copy) : publishing;

    /// <summary>Answers a publisher when what it has published is told.</summary>
    internal async ValueTask<PublishResult> HoldBack(PublishResult result, Task told)
    {
        _state.CountWaitingPublisher(1);
        await told.ConfigureAwait(false);
        _state.CountWaitingPublisher(-1);
        return result;
    }

    private async ValueTask<PublishResult> HoldBack(ValueTask<PublishResult> publishing, Channel copy)
    {
        var result = await publishing.ConfigureAwait(false);
        Task? told;
        lock (copy.Lock)
        {
            told = copy.WhenTold();
        }

        return told is null ? result : await HoldBack(result, told).ConfigureAwait(false);
    }
}
