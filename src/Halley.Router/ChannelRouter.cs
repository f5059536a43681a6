using Halley.Protocol;
using Halley.Protocol.Backends;
using Halley.Protocol.Http;

namespace Halley.Router;

/// <summary>
/// Stands before several servers and speaks the protocol of their publishers: a request for a channel goes to the
/// servers that have it, or to the one that the hash of its name chooses. Any thread.
/// </summary>
public sealed class ChannelRouter(RoutingTable table, IBackend backend, RouterOptions options) : IRequestHandler
{
    private readonly RoutesPage _routes = new(table);

    /// <summary>The rule by which the answers of several servers become one.</summary>
    private enum Answering
    {
        /// <summary>The first one's answer, if all have done it.</summary>
        First,

        /// <summary>The answer of a single server, which has the channel from now on.</summary>
        Sign,

        /// <summary>The sum of subscribers.</summary>
        Count,
    }

    /// <inheritdoc/>
    public bool Admits(in RequestHead head, IResponder client) => options.Rules.Allows(head, client);

    /// <inheritdoc/>
    public void Handle(in HttpRequest request, IExchange exchange)
    {
        var path = request.Path;
        if (!options.Rules.Allows(request.Head, exchange))
        {
            RouterReplies.Reply(
                RouterReplies.Forbidden,
                "this address may not use the router; see router.allow and router.deny",
                exchange);
        }
        else if (request.Method is not (RequestMethod.Get or RequestMethod.Post or RequestMethod.Head))
        {
            RouterReplies.Reply(RouterReplies.BadRequest, "a router takes GET and POST", exchange);
        }
        else if (path.SequenceEqual("/route"u8))
        {
            _routes.Route(request, exchange);
        }
        else if (path.SequenceEqual("/routes"u8))
        {
            _routes.Routes(request, exchange);
        }
        else if (path.SequenceEqual("/push"u8) || path.SequenceEqual("/pub"u8) || path.SequenceEqual("/close"u8)
            || path.SequenceEqual("/clear"u8) || path.SequenceEqual("/check"u8))
        {
            ToChannel(request, exchange, Answering.First);
        }
        else if (path.SequenceEqual("/sign"u8))
        {
            ToChannel(request, exchange, Answering.Sign);
        }
        else if (path.SequenceEqual("/info"u8))
        {
            Info(request, exchange);
        }
        else if (path.SequenceEqual("/broadcast"u8))
        {
            Broadcast(request, exchange);
        }
        else
        {
            RouterReplies.Reply(
                RouterReplies.NotFound,
                "a router has /route, /routes, and of its servers' paths /push, /pub, /broadcast, /sign, /close, "
                    + "/clear, /check and /info",
                exchange);
        }
    }

    private void ToChannel(in HttpRequest request, IExchange exchange, Answering answering)
    {
        var name = new Parameters(request).Bytes("cname"u8);
        var fanOut = new FanOutRequest(backend, request, exchange.Dispatcher, options.Timeout);
        var places = table.Places(name);
        if (places.Count > 0 || !table.IsUnsure || table.Up() is not { Count: > 0 } up)
        {
            Pass(fanOut, name, places, answering, exchange);
            return;
        }

        // Not every feed has been followed for long enough to know: the servers are asked.
        var check = $"/check?cname={UrlEncoding.Encode(name)}";
        new FanOutRequest(backend, exchange.Dispatcher, options.Timeout, check).Send(up, answers =>
        {
            foreach (var answer in answers)
            {
                if (answer.IsGood && answer.Answer.Body.AsSpan().IndexOf(": 1}"u8) >= 0)
                {
                    table.Here(answer.Server, name);
                }
            }

            Pass(fanOut, name, table.Places(name), answering, exchange);
        });
    }

    private void Pass(
        FanOutRequest fanOut, byte[] name, IReadOnlyList<RoutedServer> places, Answering answering, IExchange exchange)
    {
        if (places.Count == 0
            && table.Servers.FirstOrDefault(server => table.StateOf(server) == ServerState.Unknown) is { } unknown)
        {
            RouterReplies.Reply(
                RouterReplies.Unavailable,
                $"this router has just started, and {unknown.Name} may have this channel; nothing was done: "
                    + "try again in a moment",
                exchange);
            return;
        }

        if (places.Count == 0 && table.Choice(name) is { } choice)
        {
            places = [choice];
        }

        if (places.Count == 0)
        {
            RouterReplies.Reply(
                RouterReplies.Unavailable, "no server is up; nothing was done: try again in a moment", exchange);
        }
        else if (places.FirstOrDefault(place => table.StateOf(place) == ServerState.Silent) is { } silent)
        {
            RouterReplies.Reply(
                RouterReplies.BadGateway,
                $"{silent.Name}, which has this channel, does not answer, and may have subscribers; "
                    + "nothing was done: try again in a moment",
                exchange);
        }
        else
        {
            fanOut.Send(
                answering == Answering.Sign ? [places[0]] : places,
                answers => Answer(name, answers, answering, exchange));
        }
    }

    private void Answer(byte[] name, IReadOnlyList<ServerAnswer> answers, Answering answering, IExchange exchange)
    {
        var first = answers[0];
        if (answers.Count == 1 && first.Answer.Outcome == BackendOutcome.Answered)
        {
            if (first.IsGood && answering == Answering.Sign)
            {
                // Before the feed says so: the next push has to find it.
                table.Here(first.Server, name);
            }

            RouterReplies.PassOn(
                first.Answer, answering == Answering.Sign ? WithUrl(first) : first.Answer.Body, exchange);
        }
        else if (answers.Any(answer => !answer.IsGood))
        {
            RouterReplies.ReplyWithErrors(answers, exchange);
        }
        else if (answering == Answering.Count)
        {
            var body = new ByteBuffer();
            body.Write("{\"cname\": \""u8);
            JsonText.Write(name, inScript: true, body);
            body.Write("\", \"subscribers\": "u8);
            body.WriteDecimal(answers.Sum(answer => Number(answer, "subscribers"u8)));
            body.Write("}\n"u8);
            exchange.Reply(RouterReplies.Ok, body.Written);
        }
        else
        {
            RouterReplies.PassOn(first.Answer, first.Answer.Body, exchange);
        }
    }

    private void Info(in HttpRequest request, IExchange exchange)
    {
        if (!new Parameters(request).Text("cname"u8).IsEmpty)
        {
            ToChannel(request, exchange, Answering.Count);
            return;
        }

        var up = table.Up();
        if (up.Count == 0)
        {
            WriteInfo([], exchange);
            return;
        }

        new FanOutRequest(backend, request, exchange.Dispatcher, options.Timeout).Send(
            up, answers => WriteInfo(answers, exchange));
    }

    private void WriteInfo(IReadOnlyList<ServerAnswer> answers, IExchange exchange)
    {
        var good = answers.Where(answer => answer.IsGood).ToList();
        var missing = table.Servers.Except(good.Select(answer => answer.Server)).Select(server => server.Name).ToList();
        exchange.Reply(
            RouterReplies.Ok,
            ServerInfo.Write(
                good.Sum(answer => Number(answer, "channels"u8)),
                good.Sum(answer => Number(answer, "subscribers"u8)),
                missing));
    }

    private void Broadcast(in HttpRequest request, IExchange exchange)
    {
        // A server that is gone has no channels. A silent one may have some, which would miss it.
        var silent = table.Servers
            .Where(server => table.StateOf(server) is ServerState.Silent or ServerState.Unknown)
            .Select(server => server.Name)
            .ToList();
        var up = table.Up();
        if (up.Count == 0 || silent.Count > 0)
        {
            RouterReplies.Reply(
                up.Count == 0 ? RouterReplies.Unavailable : RouterReplies.BadGateway,
                up.Count == 0 ? "no server is up; nothing was done: try again in a moment"
                    : $"{string.Join(", ", silent)} does not answer, and may have subscribers; nothing was done: try "
                        + "again in a moment",
                exchange);
            return;
        }

        new FanOutRequest(backend, request, exchange.Dispatcher, options.Timeout).Send(
            up, answers => Answer([], answers, Answering.First, exchange));
    }

    // Where a server does not add it itself, as the original does not: behind the other fields of the object, which may
    // stand in a callback.
    private static byte[] WithUrl(ServerAnswer answer)
    {
        var body = answer.Answer.Body;
        var end = Array.LastIndexOf(body, (byte)'}');
        if (!answer.IsGood
            || end < 0
            || answer.Server.Front.Length == 0
            || body.AsSpan().IndexOf("\"sub_url\":"u8) >= 0)
        {
            return body;
        }

        var output = new ByteBuffer();
        output.Write(body.AsSpan(0, end));
        output.Write(",\"sub_url\":\""u8);
        JsonText.Write(System.Text.Encoding.UTF8.GetBytes(answer.Server.Front), inScript: true, output);
        output.WriteByte((byte)'"');
        output.Write(body.AsSpan(end));
        return output.Written.ToArray();
    }

    private static long Number(ServerAnswer answer, ReadOnlySpan<byte> name) =>
        ServerInfo.TryReadNumber(answer.Answer.Body, name, out var number) ? number : 0;
}
