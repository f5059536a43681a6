using System.Text;
using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.Nchan;

/// <summary>
/// The ids of the channels that a request means: the values of one expression or several, cut at a delimiter, in a
/// group or in none. Any thread.
/// </summary>
internal sealed class ChannelIds
{
    // What nchan has room for.
    private const int MaxChannels = 255;

    private readonly Expression[] _ids;
    private readonly Expression? _group;
    private readonly byte[] _delimiter;
    private readonly int _maxLength;

    private ChannelIds(Expression[] ids, NchanOptions options, Location location)
    {
        _ids = ids;
        _group = options.ChannelGroup.Length == 0 ? null : Expression.Parse(options.ChannelGroup, location);
        _delimiter = Encoding.UTF8.GetBytes(options.ChannelIdSplitDelimiter);
        _maxLength = options.MaxChannelIdLength;
    }

    public static ChannelIds ForPublisher(NchanOptions options, Location location) =>
        new(ExpressionsOf(options.PublisherChannelId, options, location), options, location);

    public static ChannelIds ForSubscriber(NchanOptions options, Location location) =>
        new(ExpressionsOf(options.SubscriberChannelId, options, location), options, location);

    /// <summary>The group a location is about; empty where the request names none.</summary>
    public ReadOnlySpan<byte> GroupOf(in RoutedRequest request) => _group is null ? default : _group.Evaluate(request);

    /// <param name="names">Each with its group before it, once, in the order of the request.</param>
    public Refusal? Read(in RoutedRequest request, out List<byte[]> names)
    {
        names = new List<byte[]>(1);
        var group = GroupOf(request);
        if (_group is not null && !ChannelGroup.IsName(group))
        {
            return Refusals.GroupName;
        }

        foreach (var id in _ids)
        {
            if (Add(id.Evaluate(request), group, names) is { } refusal)
            {
                return refusal;
            }
        }

        return null;
    }

    private Refusal? Add(ReadOnlySpan<byte> value, ReadOnlySpan<byte> group, List<byte[]> names)
    {
        while (true)
        {
            var end = _delimiter.Length == 0 ? -1 : value.IndexOf(_delimiter);
            var id = end < 0 ? value : value[..end];
            byte[] name = _group is null ? id.ToArray() : [.. group, (byte)'/', .. id];
            var refusal = id.IsEmpty ? Refusals.NoChannel
                : name.Length > _maxLength ? Refusals.IdTooLong
                : names.Count == MaxChannels ? Refusals.TooManyInRequest
                : null;
            if (refusal is not null)
            {
                return refusal;
            }

            if (!names.Exists(known => known.AsSpan().SequenceEqual(name)))
            {
                names.Add(name);
            }

            if (end < 0)
            {
                return null;
            }

            value = value[(end + _delimiter.Length)..];
        }
    }

    private static Expression[] ExpressionsOf(List<string> own, NchanOptions options, Location location) =>
        [.. (own.Count > 0 ? own : options.ChannelId).Select(text => Expression.Parse(text, location))];
}
