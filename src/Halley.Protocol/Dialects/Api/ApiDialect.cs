using System.Collections.Concurrent;
using Halley.Broker;
using Halley.Protocol.Http;

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

    private readonly ConcurrentDictionary<ApiError, ResponseHead> _heads = new();
    private readonly Dictionary<string, ApiCommand> _commands;
    private readonly Dictionary<string, ApiCommand>.AlternateLookup<ReadOnlySpan<char>> _byName;

    /// <param name="version">Of the server, for <c>info</c>.</param>
    public ApiDialect(int maxChannelNameBytes, string version, Hub hub, IBroker broker)
    {
        ApiCommand[] commands =
        [
            new PublishCommand(maxChannelNameBytes, broker),
            new BroadcastCommand(maxChannelNameBytes, broker),
            new BatchCommand(name => _commands!.GetValueOrDefault(name)),
            new HistoryCommand(maxChannelNameBytes, hub),
            new HistoryRemoveCommand(maxChannelNameBytes, broker),
            new ChannelCommand(maxChannelNameBytes, broker),
            new ChannelsCommand(maxChannelNameBytes, broker),
            new InfoCommand(version, broker),
        ];
        _commands = commands.ToDictionary(command => command.Name, StringComparer.Ordinal);
        _byName = _commands.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>All there are, for the test of the document.</summary>
    internal IEnumerable<ApiCommand> Commands => _commands.Values;

    /// <inheritdoc/>
    public void Handle(in HttpRequest request, IExchange exchange)
    {
        var name = request.Path[(request.Path.LastIndexOf((byte)'/') + 1)..];
        if (request.Method == RequestMethod.Get && name.SequenceEqual("openapi.json"u8))
        {
            exchange.Reply(Document, OpenApi);
        }
        else if (Answer(request, name, exchange) is { } answer)
        {
            exchange.Reply(answer.Error is { } error ? HeadOf(error) : Document, answer.Json.Span);
        }
    }

    // Null where the request is postponed.
    private ApiAnswer? Answer(in HttpRequest request, ReadOnlySpan<byte> name, IExchange exchange)
    {
        try
        {
            Span<char> text = stackalloc char[32];
            if (name.Length > text.Length
                || !_byName.TryGetValue(text[..System.Text.Encoding.Latin1.GetChars(name, text)], out var command))
            {
                throw new ApiFault(
                    ApiError.UnknownCommand,
                    $"There is no such command; there are {string.Join(", ", _commands.Keys)}, and openapi.json.");
            }

            var isGet = request.Method == RequestMethod.Get && command.Arguments.Count == 0;
            if (!isGet && request.Method != RequestMethod.Post)
            {
                throw new ApiFault(ApiError.Method, "A command is a POST with a JSON object.");
            }

            if (request.Body.Length > MaxBodyBytes)
            {
                throw new ApiFault(
                    ApiError.TooLarge,
                    "A body has at most 4 MiB; /push and endpoints that publish take larger messages.");
            }

            if (!ContentCoding.IsIdentity(request))
            {
                throw new ApiFault(ApiError.Packed, "A body with Content-Encoding is not taken; send it as it is.");
            }

            // A large body is read once, however often the request is postponed.
            var isKept = exchange.TryRecall("arguments"u8, out ApiArguments? arguments);
            arguments ??= new ApiArguments(ApiArguments.Parse(isGet ? "{}"u8 : request.Body), command.Arguments);
            var answer = ApiAnswer.Of(command, arguments, exchange, "api");
            if (answer is null && !isKept)
            {
                exchange.Postponed?.Keep("arguments"u8, arguments);
            }

            return answer;
        }
        catch (ApiFault fault)
        {
            return ApiAnswer.Refuse(fault.Error, fault.Message);
        }
    }

    private ResponseHead HeadOf(ApiError error) => _heads.GetOrAdd(error, static error => new ResponseHead(
        error.Status,
        [
            "Content-Type: application/json",
            .. error.IsTemporary ? ["Retry-After: 5"] : Array.Empty<string>(),
            .. error == ApiError.Method ? ["Allow: POST"] : Array.Empty<string>(),
        ]));

    private static byte[] ReadDocument()
    {
        using var stream = typeof(ApiDialect).Assembly.GetManifestResourceStream("openapi.json")!;
        var document = new byte[stream.Length];
        stream.ReadExactly(document);
        return document;
    }
}
