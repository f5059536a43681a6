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
            _otherMethods.Refuse(Refusals.Method(HeadMaker.SubscriberMethods), [], exchange);
            return;
        }

        var refusal = ReadChannels(request, ChoicesFor(request), out var named);
        foreach (var channel in named)
        {
            refusal ??= channel.Id.Length > Channels.Options.MaxChannelIdLength ? Refusals.IdTooLong : null;
        }

        if (refusal is not null)
        {
            Heads.Refuse(refusal, Heads.ConstantOrigin, exchange);
            return;
        }

        var isGroup = TryFindReserved(named, out var prefix);
        IReadOnlyList<ChannelInfo> channels = [];
        if (named.Count > 0)
        {
            if (!exchange.TryRecall<IReadOnlyList<ChannelInfo>>("channels"u8, out var known)
                && !exchange.TryAwait(
                "channels"u8, isGroup ? Channels.Matching(prefix) : Channels.Infos(named.ToIds()), out known))
            {
                return;
            }

            channels = known;
        }

        if (named.Count > 0 && channels.Count == 0 && !isGroup)
        {
            Heads.Refuse(Refusals.Unknown, Heads.ConstantOrigin, exchange);
            return;
        }

        var format = InfoFormat.For(request.Request.Field("Accept"u8));
        var body = new ByteBuffer(256);
        if (channels.Count == 1 && !isGroup)
        {
            format.WriteChannel(channels[0], body);
        }
        else if (!exchange.TryRecall<ServerInfo>("server"u8, out var server)
            && !exchange.TryAwait("server"u8, Channels.ServerInfo(), out server))
        {
            return;
        }
        else if (named.Count == 0)
        {
            format.WriteSummary(server, body);
        }
        else
        {
            format.WriteGroup(server, channels, body);
        }

        exchange.Reply(Heads.Get("200 OK", format.ContentType, Heads.ConstantOrigin), body.Written);
    }

    // The first id that stands for several answers for all of them.
    private static bool TryFindReserved(ChannelPath named, out byte[] prefix)
    {
        foreach (var channel in named)
        {
            if (channel.IsReserved)
            {
                var star = channel.Id.IndexOf((byte)'*');
                prefix = star < 0 ? [] : channel.Id[..star].ToArray();
                return true;
            }
        }

        prefix = [];
        return false;
    }
}
