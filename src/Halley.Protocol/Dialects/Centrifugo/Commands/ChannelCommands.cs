using System.Text.Json;
using Halley.Channels;
using Halley.Protocol.Clients;
using Halley.Protocol.Dialects.Centrifugo.Proxies;
using Halley.Protocol.Dialects.Centrifugo.Wire;

namespace Halley.Protocol.Dialects.Centrifugo.Commands;

/// <summary>The commands of a client on one channel, whether it listens to it or not.</summary>
internal sealed class ChannelCommands(SessionContext context)
{
    public Outcome Unsubscribe(UnsubscribeRequest request, CentrifugoSession session)
    {
        if (request.Channel.Length == 0)
        {
            return Disconnect.BadRequest;
        }

        if (session.Find(request.Channel) is { } place and not PresencePlace)
        {
            session.Drop(place);
            session.Client!.Exit(request.Channel);
        }

        return Outcome.Of(new UnsubscribeResult());
    }

    public Outcome Publish(PublishRequest request, CentrifugoSession session)
    {
        if (request.Channel.Length == 0)
        {
            return Disconnect.BadRequest;
        }

        var client = session.Client!;
        var fault = request.Type != 0 ? Errors.NotAvailable
            : !IsFit(request.Channel) || request.Data.Bytes is not { Length: > 0 } ? Errors.BadRequest
            : null;
        if (fault is not null)
        {
            return fault;
        }

        if (context.Proxies.PublishTo(request.Channel) is null
            && !TryAllow(ClientAction.Publish, request.Channel, session, out var notAllowed))
        {
            return notAllowed;
        }

        if (!TryApprove(request, session, out var data, out var refused))
        {
            return refused;
        }

        if (!session.TryRecall("publish"u8, out Broker.PublishResult result))
        {
            if (!client.TryPublish())
            {
                return Errors.TooManyRequests;
            }

            var publication = new Publication(data.Bytes)
            {
                Retention = data.IsKept ? null : new Retention(0, null),
                Labels = new MessageLabels(null, null, null, PublicationDetails.Write(session.WhoIn(request.Channel))),
            };
            if (!session.TryAwait(
                "publish"u8, context.Node.Broker.Publish(request.Channel, publication), out result))
            {
                return Outcome.Postponed;
            }
        }

        session.HasPublished(request.Channel);
        return result.Status == PublishStatus.Published
            ? Outcome.Of(new Wire.PublishResult())
            : Errors.LimitExceeded;
    }

    // The operator's server may refuse a message, and change it.
    private bool TryApprove(
        PublishRequest request,
        CentrifugoSession session,
        out (byte[] Bytes, bool IsKept) data,
        out Outcome refused)
    {
        (data, refused) = ((request.Data.Bytes!, true), default);
        if (context.Proxies.PublishTo(request.Channel) is not { } proxy)
        {
            return true;
        }

        if (!proxy.TryAsk(session, "approve"u8, writer => Write(request, session, writer), out var result, out refused))
        {
            return false;
        }

        var fields = new ProxyFields(result);
        data = (fields.Data("data"u8, "b64data"u8) ?? data.Bytes, !fields.Flag("skip_history"u8));
        return true;
    }

    private static void Write(PublishRequest request, CentrifugoSession session, Utf8JsonWriter writer)
    {
        writer.WriteString("user"u8, session.Client!.User);
        writer.WriteString("channel"u8, request.Channel);
        ProxySet.WriteData(request.Data, writer);
    }

    public Outcome History(HistoryRequest request, CentrifugoSession session)
    {
        if (request.Channel.Length == 0)
        {
            return Disconnect.BadRequest;
        }

        var fault = !IsFit(request.Channel) ? Errors.BadRequest
            : context.Node.Hub.RetentionOf(request.Channel) is { Messages: 0 } ? Errors.NotAvailable
            : !session.MayReadPast(request.Channel) ? Errors.PermissionDenied
            : null;
        if (fault is not null)
        {
            return fault;
        }

        if (session.Find(request.Channel) is null
            && !TryAllow(ClientAction.Subscribe, request.Channel, session, out var notAllowed))
        {
            return notAllowed;
        }

        var wish = new AttachOptions { Replay = Replay.From(1), Creator = session.Share };
        var read = context.Node.Hub.Read(request.Channel, wish, session);
        return read.Status switch
        {
            AttachStatus.Pending => Outcome.Postponed,
            AttachStatus.AnswerNow => HistoryOf(read, request),
            _ => Errors.LimitExceeded,
        };
    }

    public Outcome Presence(PresenceRequest request, CentrifugoSession session)
    {
        if (!TryList(request.Channel, session, out var clients, out var refused))
        {
            return refused;
        }

        return Outcome.Of(new PresenceResult
        {
            Presence =
            [
                .. clients!.Select(client => new KeyValuePair<byte[], ClientInfo>(
                    System.Text.Encoding.UTF8.GetBytes(client.Client),
                    new ClientInfo
                    {
                        Client = client.Client,
                        User = client.User,
                        ConnectionInfo = client.Info,
                        ChannelInfo = client.ChannelInfo,
                    })),
            ],
        });
    }

    public Outcome PresenceStats(PresenceStatsRequest request, CentrifugoSession session)
    {
        if (!TryList(request.Channel, session, out var clients, out var refused))
        {
            return refused;
        }

        return Outcome.Of(new PresenceStatsResult
        {
            Clients = (uint)clients!.Count,
            Users = (uint)clients.DistinctBy(client => client.User).Count(),
        });
    }

    private bool TryList(
        byte[] channel, CentrifugoSession session, out IReadOnlyList<ListedClient>? clients, out Outcome refused)
    {
        clients = null;
        refused = channel.Length == 0 ? Disconnect.BadRequest
            : !IsFit(channel) ? Errors.BadRequest
            : context.Admission.MayKnowWho(session.Client!, channel) switch
            {
                null => Errors.NotAvailable,
                false => Errors.PermissionDenied,
                true => Outcome.Postponed,
            };
        return refused.IsPostponed
            && (session.TryRecall("presence"u8, out clients)
                || session.TryAwait("presence"u8, context.Node.Clients.List(channel), out clients));
    }

    private static bool TryAllow(
        ClientAction action, byte[] channel, CentrifugoSession session, out Outcome notAllowed)
    {
        var isKnown = session.TryMay(action, channel, out var isAllowed);
        notAllowed = isKnown ? Errors.PermissionDenied : Outcome.Postponed;
        return isKnown && isAllowed;
    }

    private bool IsFit(byte[] channel) => channel.Length <= context.Options.MaxChannelLength;

    private Outcome HistoryOf(in AttachResult read, HistoryRequest request)
    {
        var (epoch, last) = (read.Position.Epoch, read.Position.Offset - 1);
        var since = request.Since;
        if (since is { Epoch.Length: > 0 } && EpochText.Parse(since.Epoch) != epoch)
        {
            return Errors.UnrecoverablePosition;
        }

        var most = context.Options.MaxHistory;
        var limit = (int)Math.Min(request.Limit, int.MaxValue);
        limit = limit < 0 || (most > 0 && limit > most) ? most == 0 ? int.MaxValue : most : limit;
        var kept = request.Reverse ? read.Missed.Reverse() : read.Missed;
        var wanted = kept.Where(message => since is null
            || (request.Reverse ? message.Offset < since.Offset : message.Offset > since.Offset));
        return Outcome.Of(new HistoryResult
        {
            Epoch = EpochText.Of(epoch),
            Offset = last,
            Publications = [.. wanted.Take(limit).Select(PublicationForm.Of)],
        });
    }
}
