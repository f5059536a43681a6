using System.Text;

namespace Halley.Client;

/// <summary>One message of a batch.</summary>
/// <param name="Channel">The channel that it is for.</param>
/// <param name="Payload">Any bytes; what is UTF-8 reaches subscribers as that text.</param>
/// <param name="Options">What is told beside it; null for nothing.</param>
public sealed record OutgoingMessage(string Channel, ReadOnlyMemory<byte> Payload, PublishOptions? Options = null)
{
    /// <param name="channel">The channel that it is for.</param>
    /// <param name="text">The message.</param>
    /// <param name="options">What is told beside it; null for nothing.</param>
    public OutgoingMessage(string channel, string text, PublishOptions? options = null)
        : this(channel, Encoding.UTF8.GetBytes(text), options)
    {
    }
}
