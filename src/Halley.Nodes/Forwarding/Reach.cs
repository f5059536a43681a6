using Halley.Protocol.Http;

namespace Halley.Nodes.Forwarding;

/// <summary>Whom a publisher's request concerns.</summary>
internal enum Reach
{
    /// <summary>This node: what is about nothing else, and what is refused.</summary>
    Here,

    /// <summary>Whoever has a channel.</summary>
    Channel,

    /// <summary>All nodes that serve.</summary>
    All,

    /// <summary>The nodes themselves, rather than their channels.</summary>
    Nodes,
}

/// <summary>Tells by its path whom a request concerns.</summary>
internal static class ReachOf
{
    public static Reach Request(in HttpRequest request, out ReadOnlySpan<byte> channel)
    {
        channel = default;
        var path = request.Path;
        if (request.Method is RequestMethod.Other or RequestMethod.Options)
        {
            return Reach.Here;
        }

        if (path.SequenceEqual("/push"u8) || path.SequenceEqual("/pub"u8) || path.SequenceEqual("/sign"u8)
            || path.SequenceEqual("/close"u8) || path.SequenceEqual("/clear"u8) || path.SequenceEqual("/check"u8))
        {
            channel = new Parameters(request).Text("cname"u8);
            return Reach.Channel;
        }

        if (path.SequenceEqual("/info"u8))
        {
            channel = new Parameters(request).Text("cname"u8);
            return channel.IsEmpty ? Reach.All : Reach.Channel;
        }

        return path.SequenceEqual("/broadcast"u8) && request.Method == RequestMethod.Get ? Reach.All
            : path.SequenceEqual("/nodes"u8) || path.SequenceEqual("/nodes/drain"u8) ? Reach.Nodes
            : Reach.Here;
    }
}
