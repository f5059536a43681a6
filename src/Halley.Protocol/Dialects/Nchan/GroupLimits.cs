using System.Buffers.Text;
using System.Globalization;
using Halley.Protocol.Links;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>The limits of a group of channels; 0 for any number.</summary>
/// <param name="Bytes">Of the payload of messages that are kept.</param>
internal readonly record struct GroupLimits(long Channels, long Subscribers, long Messages, long Bytes)
{
    /// <summary>Those of a location that is not a group's own: numbers, checked.</summary>
    public static GroupLimits Usual(NchanOptions options) => new(
        Number(options.GroupMaxChannels),
        Number(options.GroupMaxSubscribers),
        Number(options.GroupMaxMessages),
        Number(options.GroupMaxMessagesMemory));

    /// <summary>These, where something was said; those of another where nothing was.</summary>
    public static GroupLimits From(LimitExpressions said, in RoutedRequest request, GroupLimits other, out bool isGood)
    {
        isGood = true;
        return new GroupLimits(
            Read(said.Channels.Evaluate(request), other.Channels, ref isGood),
            Read(said.Subscribers.Evaluate(request), other.Subscribers, ref isGood),
            Read(said.Messages.Evaluate(request), other.Messages, ref isGood),
            Read(said.Bytes.Evaluate(request), other.Bytes, ref isGood));
    }

    /// <summary>As one process tells another.</summary>
    public void Write(ByteBuffer output)
    {
        foreach (var number in (long[])[Channels, Subscribers, Messages, Bytes])
        {
            output.WriteLong(number);
        }
    }

    public static GroupLimits Read(ref FrameReader reader) =>
        new(reader.ReadLong(), reader.ReadLong(), reader.ReadLong(), reader.ReadLong());

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private static long Read(ReadOnlySpan<byte> text, long other, ref bool isGood)
    {
        if (text.IsEmpty)
        {
            return other;
        }

        var isNumber = Utf8Parser.TryParse(text, out long number, out var used) && used == text.Length && number >= 0;
        isGood &= isNumber;
        return isNumber ? number : other;
    }
}

/// <summary>The places of a group's limits in a request, or a configuration.</summary>
internal sealed class LimitExpressions(NchanOptions options, Location location)
{
    public Expression Channels { get; } = Expression.Parse(options.GroupMaxChannels, location);

    public Expression Subscribers { get; } = Expression.Parse(options.GroupMaxSubscribers, location);

    public Expression Messages { get; } = Expression.Parse(options.GroupMaxMessages, location);

    public Expression Bytes { get; } = Expression.Parse(options.GroupMaxMessagesMemory, location);
}
