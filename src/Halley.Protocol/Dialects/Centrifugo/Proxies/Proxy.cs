using System.Text.Json;
using Halley.Protocol.Backends;
using Halley.Protocol.Dialects.Centrifugo.Wire;

namespace Halley.Protocol.Dialects.Centrifugo.Proxies;

/// <summary>
/// One thing that the operator's own server is asked about what clients do: a POST with a JSON object, and an answer
/// with a result, an error or a disconnect, in the words of Centrifugo's proxies. Any thread.
/// </summary>
internal sealed class Proxy(IBackend backend, NamedProxy asked)
{
    private static readonly (string, string) Type = ("Content-Type", "application/json");

    /// <summary>Asks for a command, which waits for the answer.</summary>
    /// <param name="question">What it is found by again.</param>
    /// <param name="write">Writes what the question is about, beside the client.</param>
    /// <param name="refused">What the client is answered, or that the command is postponed.</param>
    public bool TryAsk(
        CentrifugoSession session,
        ReadOnlySpan<byte> question,
        Action<Utf8JsonWriter> write,
        out JsonElement result,
        out Outcome refused)
    {
        result = default;
        if (!session.TryRecall(question, out ProxyAnswer answer)
            && !session.TryAwait(question, Ask(session, write), out answer))
        {
            refused = Outcome.Postponed;
            return false;
        }

        (result, refused) = (answer.Result, answer.Refused);
        return answer.IsResult;
    }

    /// <summary>Asks on the server's own behalf.</summary>
    /// <param name="whenAnswered">Called on the session's dispatcher, once.</param>
    public void Ask(CentrifugoSession session, Action<Utf8JsonWriter> write, Action<ProxyAnswer> whenAnswered) =>
        backend.Ask(RequestOf(session, write), session.Dispatcher, answer => whenAnswered(ProxyAnswer.Of(answer)));

    private ValueTask<ProxyAnswer> Ask(CentrifugoSession session, Action<Utf8JsonWriter> write)
    {
        var answered = new TaskCompletionSource<ProxyAnswer>();
        Ask(session, write, answered.SetResult);
        return new(answered.Task);
    }

    private BackendRequest RequestOf(CentrifugoSession session, Action<Utf8JsonWriter> write)
    {
        var carrier = session.Carrier;
        var body = JsonBytes.Write(writer =>
        {
            writer.WriteString("client"u8, session.Client!.Id);
            writer.WriteString("transport"u8, carrier.Name);
            writer.WriteString("protocol"u8, carrier.Codec.IsText ? "json"u8 : "protobuf"u8);
            writer.WriteString("encoding"u8, carrier.Codec.IsText ? "json"u8 : "binary"u8);
            write(writer);
        });
        return new BackendRequest("POST", asked.Url, [Type, .. FieldsOf(session)], body, asked.Timeout)
        {
            Client = session.Share,
        };
    }

    private IEnumerable<(string, string)> FieldsOf(CentrifugoSession session)
    {
        var shown = session.Fields.Where(field => Includes(asked.Headers, field.Name)).ToList();
        return asked.StaticHeaders.Where(field => !Includes(shown.Select(one => one.Name), field.Name)).Concat(shown);
    }

    private static bool Includes(IEnumerable<string> names, string name) =>
        names.Contains(name, StringComparer.OrdinalIgnoreCase);
}

/// <summary>The outcome of a question.</summary>
internal readonly struct ProxyAnswer
{
    // What a close frame has room for.
    private const int MaxReason = 100;

    public bool IsResult { get; private init; }

    /// <summary>An object, where it is a result.</summary>
    public JsonElement Result { get; private init; }

    public Outcome Refused { get; private init; }

    public static ProxyAnswer Of(BackendAnswer answer)
    {
        if (!answer.IsSuccess || !JsonCheck.IsValue(answer.Body))
        {
            return new() { Refused = Errors.Internal };
        }

        var json = JsonElement.Parse(answer.Body);
        return json.ValueKind != JsonValueKind.Object ? new() { Refused = Errors.Internal }
            : Has(json, "disconnect"u8, out var end) ? new() { Refused = DisconnectOf(new ProxyFields(end)) }
            : Has(json, "error"u8, out var error) ? new() { Refused = ErrorOf(new ProxyFields(error)) }
            : Has(json, "result"u8, out var result) ? new() { IsResult = true, Result = result }
            : new() { IsResult = true, Result = JsonElement.Parse("{}"u8) };
    }

    private static bool Has(JsonElement json, ReadOnlySpan<byte> name, out JsonElement value) =>
        json.TryGetProperty(name, out value) && value.ValueKind == JsonValueKind.Object;

    private static Outcome ErrorOf(ProxyFields error) => new WireError
    {
        Code = (uint)Math.Clamp(error.Number("code"u8), 1, uint.MaxValue),
        Message = error.Text("message"u8),
        Temporary = error.Flag("temporary"u8),
    };

    private static Outcome DisconnectOf(ProxyFields end)
    {
        var reason = new string([.. end.Text("reason"u8).Where(letter => letter is >= ' ' and <= '~').Take(MaxReason)]);
        return end.Number("code"u8) is >= 3000 and <= 4999 and var code
            ? new Disconnect((ushort)code, reason)
            : Disconnect.ServerError;
    }
}
