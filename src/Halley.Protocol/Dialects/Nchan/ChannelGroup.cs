using Halley.Channels;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// The channels whose names begin with <c>group/</c>: how many there are, with how many subscribers and messages, and
/// how many there may be. Counted for every dialect, held to limits for publishers and subscribers who come to an nchan
/// location. Any thread.
/// </summary>
internal sealed class ChannelGroup
{
    private const int MaxNameBytes = 255;

    private readonly HashSet<Channel> _channels = [];
    private long _subscribers;
    private long _messages;
    private long _bytes;

    /// <summary>
    /// Limits of its own; null while nobody set any. With them it is kept also while it has no channel. Under its
    /// admission.
    /// </summary>
    public GroupLimits? OwnLimits { get; set; }

    /// <summary>
    /// The time stamp of when it was last looked through for what has expired; null for never. Under its admission.
    /// </summary>
    public long? SweptAt { get; set; }

    /// <param name="limits">Those it has.</param>
    public GroupInfo InfoWith(GroupLimits limits)
    {
        lock (_channels)
        {
            return new GroupInfo(_channels.Count, _subscribers, _messages, _bytes, limits);
        }
    }

    public static bool IsName(ReadOnlySpan<byte> name) =>
        name.Length is > 0 and <= MaxNameBytes && !name.Contains((byte)'/');

    public Channel[] Channels()
    {
        lock (_channels)
        {
            return [.. _channels];
        }
    }

    // What follows is called under locks of the hub.
    public void Add(Channel channel)
    {
        lock (_channels)
        {
            _channels.Add(channel);
        }
    }

    /// <returns>Whether nothing is left of it.</returns>
    public bool Remove(Channel channel)
    {
        lock (_channels)
        {
            return _channels.Remove(channel) && IsEmpty;
        }
    }

    /// <inheritdoc cref="Remove"/>
    public bool ChangeSubscribers(int by)
    {
        lock (_channels)
        {
            _subscribers += by;
            return IsEmpty;
        }
    }

    public void ChangeStored(int messages, long bytes)
    {
        lock (_channels)
        {
            _messages += messages;
            _bytes += bytes;
        }
    }

    private bool IsEmpty => _channels.Count == 0 && _subscribers == 0;
}
