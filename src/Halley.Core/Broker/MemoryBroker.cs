namespace Halley.Broker;

/// <summary>One node, in memory: the hub's channels are all there is, and they end with the process.</summary>
public sealed class MemoryBroker(Hub hub) : IBroker
{
    /// <inheritdoc/>
    public PublishResult Publish(ReadOnlySpan<byte> channel, in Publication publication)
    {
        // Again where the channel was closed or forgotten between finding it and publishing: the next one found is new.
        while (hub.FindOrCreate(channel) is { } found)
        {
            var status = found.TryPublish(publication, out var position, out var stamp);
            if (status != PublishStatus.ChannelClosed)
            {
                return new PublishResult(status, position, stamp);
            }
        }

        return new PublishResult(PublishStatus.TooManyChannels, default);
    }

    /// <inheritdoc/>
    public IWork PublishToAll(byte[] payload, Action whenDone) => new Broadcast(hub, payload, whenDone);
}
