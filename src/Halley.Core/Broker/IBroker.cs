namespace Halley.Broker;

/// <summary>
/// Where a publication is sequenced and kept. Every message of every dialect goes through here, so that another broker (on disk, on other nodes)
/// changes nothing before and nothing behind it. Any thread; never waits for a subscriber.
/// </summary>
public interface IBroker
{
    /// <summary>Publishes to one channel, which is created where there is none.</summary>
    PublishResult Publish(ReadOnlySpan<byte> channel, in Publication publication);

    /// <summary>Work that publishes to every channel there is, for a dispatcher to run in slices.</summary>
    /// <param name="payload">The broker keeps the array: nobody may write to it any more.</param>
    /// <param name="whenDone">Called on that dispatcher after the last channel was served.</param>
    IWork PublishToAll(byte[] payload, Action whenDone);
}
