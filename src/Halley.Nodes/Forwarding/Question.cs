using Halley.Protocol.Http;

namespace Halley.Nodes.Forwarding;

/// <summary>Why another node did not carry a request out, or may not have.</summary>
internal enum Trouble
{
    /// <summary>There is no link to it now: nothing was sent.</summary>
    NoLink,

    /// <summary>It does not take the channel for its own: nothing was done.</summary>
    Misdirected,

    /// <summary>As many requests wait for it as may.</summary>
    TooMany,

    /// <summary>The link ended while it had the request: it may have been carried out.</summary>
    LinkLost,

    /// <summary>It has not answered in time: it may have been carried out.</summary>
    TimedOut,
}

/// <summary>A request that another node is asked to carry out, until its answer has come. Told once how that went.</summary>
internal abstract class Question(RequestMethod method, byte[] target, byte[] body, bool isForNode)
{
    public RequestMethod Method { get; } = method;

    public byte[] Target { get; } = target;

    public byte[] Body { get; } = body;

    /// <summary>Meant for that very node, rather than for whoever has the channel.</summary>
    public bool IsForNode { get; } = isForNode;

    /// <summary>When it has waited long enough, since the start of the cluster.</summary>
    public TimeSpan Deadline { get; set; }

    /// <summary>It was answered. On the link's dispatcher.</summary>
    /// <param name="body">Gone when this returns.</param>
    public abstract void Answered(ResponseHead head, ReadOnlySpan<byte> body, IDispatcher here);

    /// <summary>It was not. Any thread.</summary>
    public abstract void Failed(Trouble trouble, NodeEntry node);
}
