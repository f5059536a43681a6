using System.Collections.Concurrent;
using System.Text;
using Halley.Broker;
using Halley.Protocol.Clients;
using Halley.Protocol.Explaining;
using Halley.Protocol.Http;
using Halley.Protocol.Sessions;

namespace Halley.Protocol.Dialects.Api;

/// <summary>
/// Halley's own HTTP API, for back ends and operators: JSON in and out, a POST to <c>…/COMMAND</c>. What it is, in
/// full, is <c>openapi.json</c>, which it serves, too. Its host lets in only who may come.
/// </summary>
public sealed class ApiDialect : IRequestHandler
{
    // Of JSON so long that each byte is a value, a reactor reads some 4 MiB in a second.
    private const int MaxBodyBytes = 4 << 20;

    private static readonly ResponseHead Document = new("200 OK", ["Content-Type: application/json"]);

    private static readonly byte[] OpenApi = ReadDocument();

    private static readonly string[] NameInside = ["id", "method", "params"];

    private readonly ConcurrentDictionary<(ApiError, string), ResponseHead> _heads = new();
    private readonly ApiForm _form;
    private readonly Dictionary<string, ApiCommand> _commands;

    /// <param name="version">Of the server, for <c>info</c>.</param>
    /// <param name="form">How it answers.</param>
    /// <param name="reload">Has the server read its configuration again; null where that is not done here.</param>
    public ApiDialect(
        int maxChannelNameBytes,
        string version,
        Hub hub,
        IBroker broker,
        ApiForm form,
        Func<Task<Reloaded>>? reload = null)
    {
        _form = form;
        var clients = new ClientSurvey(broker);
        var connections = new ConnectionSurvey(hub, broker);
        var sessions = new SessionSurvey(broker);
        ApiCommand[] commands =
        [
            new PublishCommand(maxChannelNameBytes, broker, form),
            new BroadcastCommand(maxChannelNameBytes, broker, form),
            new BatchCommand(
                name => name == RatesCommand.Word ? null : _commands!.GetValueOrDefault(name), form),
            new HistoryCommand(maxChannelNameBytes, hub, form),
            new HistoryRemoveCommand(maxChannelNameBytes, broker, form),
            new ChannelCommand(maxChannelNameBytes, broker),
            new ChannelsCommand(maxChannelNameBytes, broker, form),
            new PresenceCommand(maxChannelNameBytes, clients, form),
            new PresenceStatsCommand(maxChannelNameBytes, clients, form),
            new ClientsCommand(maxChannelNameBytes, connections),
            new ClientCommand(connections),
            new DisconnectCommand(maxChannelNameBytes, clients, connections, sessions),
            new SubscribeCommand(maxChannelNameBytes, sessions),
            new UnsubscribeCommand(maxChannelNameBytes, sessions),
            new RefreshCommand(sessions),
            new RevokeCommand(maxChannelNameBytes, clients),
            new InfoCommand(version, broker, new NodeSurvey(hub, broker), form),
            new ExplainCommand(maxChannelNameBytes, new ExplainSurvey(hub, broker), broker),
            new RatesCommand(hub, broker),
            new ConfigurationCommand(hub, broker),
            .. reload is null ? Array.Empty<ApiCommand>() : [new ReloadCommand(reload)],
        ];
        _commands = commands.ToDictionary(command => command.Name, StringComparer.Ordinal);
    }

    /// <summary>The names of those commands, and of the document, that only tell something.</summary>
    public static IReadOnlyList<string> Readable { get; } =
    [
        "history", "channel", "channels", "presence", "presence_stats", "clients", "client", "info", "rates",
        "configuration", "explain", "openapi.json",
    ];

    /// <summary>All there are, for the test of the document.</summary>
    internal IEnumerable<ApiCommand> Commands => _commands.Values;

    /// <inheritdoc/>
    public void Handle(in HttpRequest request, IExchange exchange)
    {
        var name = request.Path[(request.Path.LastIndexOf((byte)'/') + 1)..];
        if (request.Method == RequestMethod.Get && name.SequenceEqual("openapi.json"u8)
            && _form == ApiForm.Halley)
        {
            exchange.Reply(Document, OpenApi);
        }
        else if (Answer(request, name, exchange) is { } answer)
        {
            var head = answer.Error is { } error ? HeadOf(error, AsksForStatus(request.Head)) : Document;
            exchange.Reply(head, _form.Whole(answer));
        }
    }

    // Null where the request is postponed.
    private ApiAnswer? Answer(in HttpRequest request, ReadOnlySpan<byte> name, IExchange exchange)
    {
        try
        {
            // A large body is read once, however often the request is postponed.
            var isKept = exchange.TryRecall("call"u8, out Call? call);
            call ??= Read(request, name);
            var answer = ApiAnswer.Of(call.Command, call.Arguments, exchange, "api");
            if (answer is null && !isKept)
            {
                exchange.Postponed?.Keep("call"u8, call);
            }

            return answer;
        }
        catch (ApiFault fault)
        {
            return ApiAnswer.Refuse(fault.Error, fault.Message);
        }
    }

    private Call Read(in HttpRequest request, ReadOnlySpan<byte> name)
    {
        // Older libraries ask for /api, and say in the body what they want.
        var command = _form.NamesCommandsInside && name.SequenceEqual("api"u8)
            ? null
            : Find(Encoding.Latin1.GetString(name));
        var isGet = request.Method == RequestMethod.Get && command is { MayBeRead: true };
        if (!isGet && request.Method != RequestMethod.Post)
        {
            throw new ApiFault(ApiError.Method, "A command is a POST with a JSON object.");
        }

        if (request.Body.Length > MaxBodyBytes)
        {
            throw new ApiFault(
                ApiError.TooLarge, "A body has at most 4 MiB; /push and endpoints that publish take larger messages.");
        }

        if (!ContentCoding.IsIdentity(request))
        {
            throw new ApiFault(ApiError.Packed, "A body with Content-Encoding is not taken; send it as it is.");
        }

        var isBare = isGet || (request.Body.IsEmpty && command is { Arguments.Count: 0 });
        var body = ApiArguments.Parse(isBare ? "{}"u8 : request.Body);
        var trace = TraceFields.Of(request.Head);
        if (command is not null)
        {
            return new Call(command, new ApiArguments(body, command.Arguments) { Trace = trace });
        }

        var inside = new ApiArguments(body, NameInside) { Trace = trace };
        command = Find(inside.Text("method") ?? "");
        return new Call(command, inside.Inner("params", command.Arguments) ?? ApiArguments.None);
    }

    private ApiCommand Find(string name) => _commands.TryGetValue(name, out var command)
        ? command
        : throw new ApiFault(
            ApiError.UnknownCommand,
            $"There is no such command; there are {string.Join(", ", _commands.Keys)}, and openapi.json.");

    private static bool AsksForStatus(in RequestHead head)
    {
        var position = 0;
        return head.TryNextField("X-Centrifugo-Error-Mode"u8, ref position, out var mode)
            && mode.SequenceEqual("transport"u8);
    }

    private ResponseHead HeadOf(ApiError error, bool asksForStatus) => _heads.GetOrAdd(
        (error, _form.StatusOf(error, asksForStatus)),
        static key => new ResponseHead(
            key.Item2,
            [
                "Content-Type: application/json",
                .. key.Item1.IsTemporary ? ["Retry-After: 5"] : Array.Empty<string>(),
                .. key.Item1 == ApiError.Method ? ["Allow: POST"] : Array.Empty<string>(),
            ]));

    private static byte[] ReadDocument()
    {
        using var stream = typeof(ApiDialect).Assembly.GetManifestResourceStream("openapi.json")!;
        var document = new byte[stream.Length];
        stream.ReadExactly(document);
        return document;
    }

    private sealed record Call(ApiCommand Command, ApiArguments Arguments);
}
