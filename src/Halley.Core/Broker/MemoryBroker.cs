namespace Halley.Broker;

/// <summary>One node, in memory: the hub's channels are all there is, and they end with the process.</summary>
public sealed class MemoryBroker(Hub hub) : IBroker
{
    /// <inheritdoc/>
    public PublishResult Publish(ReadOnlySpan<byte> channel, byte[] payload, MessageTraits traits)
    {
        // Again where the channel was closed or forgotten between finding it and publishing: the next one found is new.
        while (hub.FindOrCreate(channel) is { } found)
        {
            if (found.TryPublish(payload, traits, out var position))
            {
                return new PublishResult(PublishStatus.Published, position);
            }
        }

        return new PublishResult(PublishStatus.TooManyChannels, default);
    }

    /// <inheritdoc/>
    public IWork PublishToAll(byte[] payload, Action whenDone) => new Broadcast(hub, payload, whenDone);
}
