using Halley.Protocol.Http;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Dialects.PushStream;

/// <summary>Tells of the server, of all channels, of those whose id begins so, or of some.</summary>
internal sealed class StatisticsEndpoint : EndpointBase
{
    // The version of nginx-push-stream-module whose answers these are.
    private const string Tag = "X-Nginx-PushStream-Tag: 0.6.0";
    private const string Commit = "X-Nginx-PushStream-Commit: halley";

    private readonly HeadMaker _otherMethods = new(null, HeadMaker.SubscriberMethods);

    public StatisticsEndpoint(EndpointOptions options, Location location, ChannelDirectory channels)
        : base(options, location, channels, new HeadMaker(null, HeadMaker.SubscriberMethods, Tag, Commit))
    {
    }

    /// <inheritdoc/>
    public override void Handle(in RoutedRequest request, IExchange exchange)
    {
        if (request.Request.Method != RequestMethod.Get)
        {
            _otherMethods.Refuse(Refusal.Method(HeadMaker.SubscriberMethods), [], exchange);
            return;
        }

        var refusal = ReadChannels(request, ChoicesFor(request), out var named);
        foreach (var channel in named)
        {
            refusal ??= channel.Id.Length > Channels.Options.MaxChannelIdLength ? Refusal.IdTooLong : null;
        }

        if (refusal is not null)
        {
            Heads.Refuse(refusal, Heads.ConstantOrigin, exchange);
            return;
        }

        var format = InfoFormat.For(request.Request.Field("Accept"u8));
        var body = new ByteBuffer(256);
        if (!TryWrite(named, format, body))
        {
            Heads.Refuse(Refusal.Unknown, Heads.ConstantOrigin, exchange);
            return;
        }

        exchange.Reply(Heads.Get("200 OK", format.ContentType, Heads.ConstantOrigin), body.Written);
    }

    private bool TryWrite(ChannelPath named, InfoFormat format, ByteBuffer body)
    {
        if (named.Count == 0)
        {
            format.WriteSummary(Channels.ServerInfo(), body);
            return true;
        }

        // The first id that stands for several answers for all of them.
        foreach (var channel in named)
        {
            if (channel.IsReserved)
            {
                format.WriteGroup(Channels.ServerInfo(), [.. InfosLike(channel)], body);
                return true;
            }
        }

        var infos = new List<ChannelInfo>();
        foreach (var channel in named)
        {
            if (Channels.Find(channel.Id) is { } found)
            {
                infos.Add(ChannelDirectory.InfoOf(found));
            }
        }

        if (infos.Count == 1)
        {
            format.WriteChannel(infos[0], body);
        }
        else if (infos.Count > 1)
        {
            format.WriteGroup(Channels.ServerInfo(), infos, body);
        }

        return infos.Count > 0;
    }

    private IEnumerable<ChannelInfo> InfosLike(NamedChannel named)
    {
        var star = named.Id.IndexOf((byte)'*');
        return Channels.Matching(star < 0 ? [] : named.Id[..star].ToArray()).Select(ChannelDirectory.InfoOf);
    }
}
