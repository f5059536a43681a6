using System.Collections.Concurrent;
using System.Text;
using Halley.Broker;
using Halley.Channels;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>
/// The channel that tells what happens to all others. It exists from the start, nobody else publishes to it, and
/// nothing is told of itself. Its messages are stored like any others. Any thread, also under the hub's locks: what
/// happened is written down there, and published when they are released.
/// </summary>
internal sealed class EventsChannel
{
    /// <summary>
    /// The number of events that are stored at most: anybody who may subscribe makes them, and what they take nobody
    /// else may store.
    /// </summary>
    public const int MaxStored = 100_000;

    private static readonly MessageLabels Created = LabelsOf("channel_created");
    private static readonly MessageLabels Destroyed = LabelsOf("channel_destroyed");
    private static readonly MessageLabels Subscribed = LabelsOf("client_subscribed");
    private static readonly MessageLabels Unsubscribed = LabelsOf("client_unsubscribed");

    private readonly byte[] _name;
    private readonly IBroker _broker;
    private readonly Retention _retention;
    private readonly ConcurrentQueue<Publication> _toTell = new();
    private bool _isTelling;
    private long _published;

    // Channels that were removed while somebody was there: told of when the last one has been told to have left.
    private readonly HashSet<Channel> _leaving = [];

    /// <param name="name">Of a channel that is kept for ever.</param>
    public EventsChannel(byte[] name, IBroker broker, Retention retention)
    {
        _name = name;
        _broker = broker;
        _retention = retention;
    }

    /// <summary>The number of events that were published here.</summary>
    public long PublishedCount => Volatile.Read(ref _published);

    public void TellCreated(ReadOnlySpan<byte> channel) => Tell(channel, Created);

    public void TellDestroyed(ReadOnlySpan<byte> channel) => Tell(channel, Destroyed);

    public void TellDestroyed(Channel channel)
    {
        lock (_leaving)
        {
            if (channel.SubscriberCount > 0)
            {
                _leaving.Add(channel);
                return;
            }
        }

        Tell(channel.Name, Destroyed);
    }

    public void TellSubscribers(Channel channel, int by)
    {
        Tell(channel.Name, by > 0 ? Subscribed : Unsubscribed);
        if (by < 0 && channel.SubscriberCount == 0)
        {
            bool isGone;
            lock (_leaving)
            {
                isGone = _leaving.Remove(channel);
            }

            if (isGone)
            {
                Tell(channel.Name, Destroyed);
            }
        }
    }

    /// <summary>Publishes what was written down, in that order: one thread at a time, and no lock is held.</summary>
    public void PublishAll()
    {
        if (!_toTell.IsEmpty && !Interlocked.Exchange(ref _isTelling, true))
        {
            _ = PublishInOrder();
        }
    }

    // Each when the one before is published. What the broker cannot take now is not told.
    private async Task PublishInOrder()
    {
        do
        {
            while (_toTell.TryDequeue(out var publication))
            {
                try
                {
                    await _broker.Publish(_name, publication).ConfigureAwait(false);
                    _published++;
                }
                catch (BrokerException)
                {
                    // Whoever publishes is told so; who watches the events sees none.
                }
            }

            Volatile.Write(ref _isTelling, false);
        }
        while (!_toTell.IsEmpty && !Interlocked.Exchange(ref _isTelling, true));
    }

    private void Tell(ReadOnlySpan<byte> channel, MessageLabels labels)
    {
        if (channel.SequenceEqual(_name))
        {
            return;
        }

        var text = new ByteBuffer(128);
        text.Write("{\"type\": \""u8);
        text.Write(labels.EventType);
        text.Write("\", \"channel\": \""u8);
        JsonText.Write(channel, inScript: false, text);
        text.Write("\"}"u8);
        _toTell.Enqueue(new Publication(text.Written.ToArray()) { Labels = labels, Retention = _retention });
    }

    private static MessageLabels LabelsOf(string type) => new(null, Encoding.ASCII.GetBytes(type), null);
}
