using Halley.Channels;

namespace Halley.Core.Tests;

/// <summary>One incarnation of a channel, and beside it a list of what it has to have kept.</summary>
internal sealed class DeliveryStream(Channel channel, int historySize)
{
    private readonly List<long> _kept = [];
    private long _next = 1;

    public Channel Channel { get; } = channel;

    public StreamPosition Position => new(Channel.Epoch, _next);

    public void Publish()
    {
        Assert.Equal(PublishStatus.Published, Channel.TryPublish(new Publication([]), out var position));
        Assert.Equal(Position, position);
        _kept.Add(_next++);
        if (_kept.Count >= Math.Ceiling(1.5 * historySize))
        {
            _kept.RemoveRange(0, _kept.Count - historySize);
        }
    }

    public void Clear()
    {
        Assert.Equal(Position, Channel.Clear());
        _kept.Clear();
    }

    /// <summary>What who asks from there on has to be given.</summary>
    public IEnumerable<long> MissedFrom(long from) =>
        from == 0 || from >= _next ? [] : _kept.Where(offset => offset >= from);
}
