using Halley.Protocol.Dialects.Centrifugo.Wire;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>
/// The outcome of a command: a result, an error, the end of the session; nothing, where it is postponed or no answer is
/// wanted.
/// </summary>
internal readonly struct Outcome
{
    /// <summary>The command waits, and is handled again.</summary>
    public static Outcome Postponed { get; } = new() { IsPostponed = true };

    /// <summary>It is done, and there is nothing to say.</summary>
    public static Outcome Nothing => default;

    public bool IsPostponed { get; private init; }

    public IReplyContent? Result { get; private init; }

    public WireError? Error { get; private init; }

    public Disconnect? Disconnect { get; private init; }

    /// <summary>The reason of a refusal, for the operator's log; null where the protocol's words say it all.</summary>
    public string? Why { get; private init; }

    public static Outcome Of(IReplyContent result) => new() { Result = result };

    /// <summary>The same, with a reason for the operator that the client is not told.</summary>
    public Outcome Because(string? why) => new() { Error = Error, Disconnect = Disconnect, Why = why };

    public static implicit operator Outcome(WireError error) => new() { Error = error };

    public static implicit operator Outcome(Disconnect disconnect) => new() { Disconnect = disconnect };
}
