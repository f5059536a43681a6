using Halley.Protocol.Clients;

namespace Halley.Protocol.Sessions;

/// <summary>A change to sessions that run, made by the application rather than asked for by their clients.</summary>
internal abstract record SessionChange
{
    /// <summary>The session listens to one more channel.</summary>
    /// <param name="Since">The place from which its client has missed messages; null for none.</param>
    public sealed record Subscribe(GrantedSubscription Grant, StreamPosition? Since) : SessionChange;

    /// <summary>The session listens to a channel no more.</summary>
    public sealed record Unsubscribe(byte[] Channel) : SessionChange;

    /// <summary>The session's client may stay until another time.</summary>
    /// <param name="Expires">Null for as long as it likes.</param>
    /// <param name="Info">What others may see of its user from now on, as JSON; null where that stays.</param>
    public sealed record Refresh(DateTimeOffset? Expires, byte[]? Info) : SessionChange;

    /// <summary>The session ends.</summary>
    /// <param name="Code">What its client is told, as the close code of a WebSocket.</param>
    /// <param name="Reason">In ASCII.</param>
    public sealed record End(ushort Code, string Reason) : SessionChange;
}

/// <summary>The outcome of a change.</summary>
internal enum SessionChangeStatus
{
    /// <summary>It waits, and is tried again.</summary>
    Postponed,

    /// <summary>It is done.</summary>
    Done,

    /// <summary>There was nothing to change, or the session has ended meanwhile.</summary>
    NotNeeded,

    /// <summary>A limit or the broker does not let it be done.</summary>
    Failed,
}
