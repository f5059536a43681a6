using System.Text;

namespace Halley.Client;

/// <summary>A message of the channel: each comes once, and in order.</summary>
public sealed class ChannelMessage : ChannelItem
{
    internal ChannelMessage(string channel, StreamPosition position, string text, bool isBroadcast)
        : base(channel, position)
    {
        Text = text;
        IsBroadcast = isBroadcast;
    }

    /// <summary>
    /// The message. Bytes that are no UTF-8 come as U+FFFD: publish base64 where a subscriber is to have bytes.
    /// </summary>
    public string Text { get; }

    /// <summary>The message as UTF-8; made anew at each call.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(Text);

    /// <summary>Whether it was published to all channels at once, by iComet's <c>/broadcast</c>.</summary>
    public bool IsBroadcast { get; }

    /// <inheritdoc/>
    public override string ToString() => Text;
}
