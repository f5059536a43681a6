using System.Diagnostics.CodeAnalysis;

namespace Halley.Client;

/// <summary>The outcome of one of several publications: a result, or an error.</summary>
public sealed class PublishOutcome
{
    internal PublishOutcome(string channel, PublishResult? result, HalleyError? error)
    {
        Channel = channel;
        Result = result;
        Error = error;
    }

    /// <summary>The channel's name.</summary>
    public string Channel { get; }

    /// <summary>Whether it was published.</summary>
    [MemberNotNullWhen(true, nameof(Result))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsPublished => Result is not null;

    /// <summary>The position of the message; null where it was refused.</summary>
    public PublishResult? Result { get; }

    /// <summary>The error that it was refused with; null where it was published.</summary>
    public HalleyError? Error { get; }
}
