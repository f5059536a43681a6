using System.Globalization;

namespace Halley.Client;

/// <summary>Messages that were published, and that this subscriber will never be given.</summary>
public sealed class ChannelGap : ChannelItem
{
    internal ChannelGap(string channel, StreamPosition position, long from, string reason)
        : base(channel, position)
    {
        From = from;
        Reason = reason;
    }

    /// <summary>The offset of the first that is lost.</summary>
    public long From { get; }

    /// <summary>The offset of the last that is lost.</summary>
    public long To => Position.Offset;

    /// <summary>
    /// <c>evicted</c>: newer messages took their place; <c>expired</c>: their time to live was over; <c>cleared</c>: a
    /// publisher cleared the channel; <c>limit</c>: they were never kept; <c>slow</c>: this subscriber did not take
    /// them in time, and the channel gives such a one its newest message alone; <c>unknown</c>: the offsets jumped, and
    /// the server did not say why.
    /// </summary>
    public string Reason { get; }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"gap: {From} to {To} are lost, {Reason}");
}
