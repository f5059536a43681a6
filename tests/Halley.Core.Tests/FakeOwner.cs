using Halley.Channels;

namespace Halley.Core.Tests;

/// <summary>Keeps channels as the test wants them kept, and counts what they tell it.</summary>
internal sealed class FakeOwner : IChannelOwner
{
    public int HistorySize { get; init; } = 10;

    public int MaxSubscribersPerChannel { get; init; } = int.MaxValue;

    public uint IdleTicks { get; init; } = 4;

    public uint Now { get; set; }

    public int Subscribers { get; private set; }

    public List<Channel> LookedSooner { get; } = [];

    public Channel Channel(string name = "news") => new(name.Utf8(), epoch: 7, this);

    public void SubscribersChanged(int by) => Subscribers += by;

    public void LookSooner(Channel channel) => LookedSooner.Add(channel);

    public void Look(Channel channel, uint now)
    {
    }
}
