using Halley.Channels;

namespace Halley.Core.Tests;

/// <summary>Keeps channels as the test wants them kept, and counts what they tell it.</summary>
internal sealed class FakeOwner : IChannelOwner
{
    private long _lastStamp;

    public int HistorySize { get; init; } = 10;

    /// <summary>The second that messages are stamped with.</summary>
    public long Second { get; set; } = 100;

    public int MaxSubscribersPerChannel { get; init; } = int.MaxValue;

    public uint IdleTicks { get; init; } = 4;

    public uint Now { get; set; }

    public int Subscribers { get; private set; }

    public List<Channel> LookedSooner { get; } = [];

    public Channel Channel(string name = "news") => new(name.Utf8(), epoch: 7, this);

    /// <summary>How many more bytes there is memory for.</summary>
    public long Room { get; init; } = long.MaxValue;

    public int StoredMessages { get; private set; }

    public long StoredBytes { get; private set; }

    public bool MayStore(int bytes) => Room - StoredBytes >= bytes;

    public MessageStamp NextStamp() => MessageStamp.Next(ref _lastStamp, DateTimeOffset.UnixEpoch.AddSeconds(Second));

    public void StoredChanged(Channel channel, int messages, long bytes)
    {
        StoredMessages += messages;
        StoredBytes += bytes;
    }

    public void SubscribersChanged(Channel channel, int by) => Subscribers += by;

    public void LookSooner(Channel channel) => LookedSooner.Add(channel);

    public void Look(Channel channel, uint now)
    {
    }
}
