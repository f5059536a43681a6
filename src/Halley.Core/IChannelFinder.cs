using Halley.Access;
using Halley.Channels;

namespace Halley;

/// <summary>
/// Where a subscriber finds its channel: in this process, as the <see cref="Hub"/> has it, or in another one, which has to be asked first. Any thread.
/// </summary>
public interface IChannelFinder
{
    /// <summary>Whether a channel that is created now counts for whom it is created for.</summary>
    bool CountsCreators { get; }

    /// <param name="mayCreate">Whether a channel that there is not may be created.</param>
    /// <param name="creator">Whom it would be created for, where <see cref="CountsCreators"/>; else the default.</param>
    /// <param name="replay">What the subscriber will want of what is kept: it may have heard more than this process has, from another one.</param>
    /// <param name="asker">Is postponed where another process has to be asked, and asks again when that has answered.</param>
    FindStatus Find(ReadOnlySpan<byte> name, bool mayCreate, ClientBlock creator, in Replay replay, IPostponable asker, out Channel? channel);

    /// <summary>For who was told that a channel has as many subscribers as it may have: whether there is a place in it after all.</summary>
    FindStatus FindPlace(Channel channel, IPostponable asker);
}

public enum FindStatus
{
    Found,

    /// <summary>Another process was asked: the request is postponed, and comes again.</summary>
    Asked,

    /// <summary>There is no such channel, and none was to be created.</summary>
    NoSuchChannel,

    /// <summary>There is no such channel, and there may be no further one, or none for this client.</summary>
    TooManyChannels,

    /// <summary>The channel has as many subscribers as it may have.</summary>
    TooManySubscribers,
}
