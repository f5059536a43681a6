namespace Halley.Core.Tests;

internal enum DeliveryVerb
{
    /// <summary>A subscriber comes that stays.</summary>
    Attach,

    /// <summary>One that leaves at each message and comes back for the next, as in long polling.</summary>
    Poll,

    /// <summary>One that leaves for good at its first message.</summary>
    AttachFickle,

    /// <summary>One that, at its first message, sends away another on its dispatcher.</summary>
    AttachJealous,

    Publish,

    /// <summary>A dispatcher runs one slice.</summary>
    Run,

    Detach,

    Clear,

    /// <summary>The channel is closed, and created again when it is needed.</summary>
    Close,
}

/// <param name="Which">The dispatcher, or the subscriber, counted round.</param>
/// <param name="Amount">The slice's budget, or how far back a subscriber asks.</param>
internal readonly record struct DeliveryStep(DeliveryVerb Verb, int Which, int Amount);
