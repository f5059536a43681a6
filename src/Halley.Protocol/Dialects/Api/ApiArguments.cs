using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Halley.Protocol.Dialects.Api;

/// <summary>
/// The arguments of one command, out of a JSON object. What is missing, too many, unknown or of another type is refused
/// with its name.
/// </summary>
internal sealed class ApiArguments
{
    // As the platform counts seconds.
    private const long LastSecond = 253_402_300_799;

    private readonly JsonElement _object;
    private readonly string _where;

    /// <param name="where">
    /// What stands before the names of arguments in sentences: empty, or <c>commands[2].publish.</c>
    /// </param>
    /// <exception cref="ApiFault">It is no object, or has a name that no argument has.</exception>
    public ApiArguments(JsonElement value, IReadOnlyList<string> known, string where = "")
    {
        _where = where;
        if (value.ValueKind != JsonValueKind.Object)
        {
            var subject = where.Length == 0 ? "The body" : where.TrimEnd('.');
            throw Bad(
                $"{subject} must be a JSON object, such as "
                    + $"{{{string.Join(", ", known.Take(2).Select(name => $"\"{name}\": …"))}}}.");
        }

        _object = value;
        foreach (var property in value.EnumerateObject())
        {
            if (!known.Contains(property.Name))
            {
                var names = known.Count == 0 ? "there is no argument" : "there are " + string.Join(", ", known);
                throw Bad($"{where}{Shown(property.Name)} is unknown here; {names}.");
            }
        }
    }

    /// <summary>The trace that the request belongs to, for the labels of messages; null for none.</summary>
    public byte[]? Trace { get; init; }

    /// <summary>No arguments at all.</summary>
    public static ApiArguments None { get; } = new(JsonElement.Parse("{}"u8), []);

    /// <summary>Reads a body as JSON.</summary>
    /// <exception cref="ApiFault">It is none, or has a name twice.</exception>
    public static JsonElement Parse(ReadOnlySpan<byte> body)
    {
        // The base library finds that out only where a text is read, or not at all.
        if (!Utf8.IsValid(body))
        {
            throw Bad("The body is no UTF-8.");
        }

        try
        {
            return JsonElement.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 64 });
        }
        catch (JsonException fault)
        {
            var place = fault.LineNumber is { } line
                ? string.Create(
                    CultureInfo.InvariantCulture, $" at line {line + 1}, byte {fault.BytePositionInLine + 1}")
                : "";
            throw Bad(body.IsEmpty
                ? "The body is empty; it must be a JSON object."
                : $"The body is no JSON{place}, or has a name twice.");
        }
        catch (InvalidOperationException)
        {
            throw Bad("The body has a name with half of a surrogate pair, which is no text.");
        }
    }

    /// <summary>Whether an argument is there, with a value that is not null.</summary>
    public bool Has(string name) => TryGet(name, out _);

    /// <summary>The name of a channel.</summary>
    public byte[] Channel(string name, int maxBytes)
    {
        if (!TryGet(name, out var value))
        {
            throw Bad($"{_where}{name} is missing: the name of a channel.");
        }

        return ChannelOf(value, name, maxBytes);
    }

    /// <summary>The names of one or more channels.</summary>
    public IReadOnlyList<byte[]> Channels(string name, int maxBytes, int most)
    {
        if (!TryGet(name, out var list)
            || list.ValueKind != JsonValueKind.Array
            || list.GetArrayLength() is var count && (count == 0 || count > most))
        {
            throw Bad(
                $"{_where}{name} must be a list of 1 to {most.ToString(CultureInfo.InvariantCulture)} names of "
                    + "channels.");
        }

        return [.. list.EnumerateArray().Select((value, i) => ChannelOf(
            value, string.Create(CultureInfo.InvariantCulture, $"{name}[{i}]"), maxBytes))];
    }

    /// <summary>Text; null where there is none.</summary>
    public string? Text(string name) =>
        TryGet(name, out var value) ? TextOf(value, name, "text") : null;

    /// <summary>Text that names something; null where there is none, or it is empty.</summary>
    public string? Id(string name) => Text(name) is { Length: > 0 } id ? id : null;

    public long Integer(string name, long least, long most, long otherwise)
    {
        if (!TryGet(name, out var value))
        {
            return otherwise;
        }

        return value.ValueKind == JsonValueKind.Number
            && value.TryGetInt64(out var number)
            && number >= least
            && number <= most
            ? number
            : throw Bad(
                string.Create(
                    CultureInfo.InvariantCulture, $"{_where}{name} must be a whole number from {least} to {most}."));
    }

    /// <summary>A time in seconds since 1970; null where there is none.</summary>
    public DateTimeOffset? Time(string name) => Has(name)
        ? DateTimeOffset.FromUnixTimeSeconds(Integer(name, 0, LastSecond, 0))
        : null;

    public bool Flag(string name) => TryGet(name, out var value)
        && (
            value.ValueKind is JsonValueKind.True or JsonValueKind.False
                ? value.GetBoolean()
                : throw Bad($"{_where}{name} must be true or false."));

    /// <summary>An object whose values are texts; none where there is none.</summary>
    public IReadOnlyList<(string Name, string Value)> Texts(string name, int most)
    {
        if (!TryGet(name, out var value))
        {
            return [];
        }

        return value.ValueKind == JsonValueKind.Object && value.GetPropertyCount() <= most
            ? [.. value.EnumerateObject().Select(
                property => (property.Name, TextOf(property.Value, $"{name}.{Shown(property.Name)}", "text")))]
            : throw Bad(
                string.Create(
                    CultureInfo.InvariantCulture, $"{_where}{name} must be an object with at most {most} texts."));
    }

    /// <summary>The texts of a list.</summary>
    public IReadOnlyList<string> TextList(string name, int most) =>
        [.. List(name, most).Select(item => TextOf(item, name, "a list of texts"))];

    /// <summary>The objects of a list.</summary>
    public IReadOnlyList<JsonElement> List(string name, int most) =>
        TryGet(name, out var list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() <= most
            ? [.. list.EnumerateArray()]
            : throw Bad(
                string.Create(
                    CultureInfo.InvariantCulture, $"{_where}{name} must be a list of at most {most} objects."));

    /// <summary>An object that is an argument; null where there is none.</summary>
    public ApiArguments? Inner(string name, IReadOnlyList<string> known) =>
        TryGet(name, out var value) ? new ApiArguments(value, known, $"{_where}{name}.") { Trace = Trace } : null;

    /// <summary>
    /// Reads the message to publish: of <c>data</c> a string as its text, any other JSON value as it stands there; of
    /// <c>b64data</c> the bytes.
    /// </summary>
    /// <param name="keepsStrings">Whether a string, too, is published as it stands there.</param>
    public byte[] Data(bool keepsStrings)
    {
        var hasData = _object.TryGetProperty("data", out var data);
        var bytes = Text("b64data");
        if (hasData == bytes is not null)
        {
            throw Bad(
                $"{_where}data or b64data must be there: a message as text or JSON, or its bytes in base64; not both.");
        }

        if (bytes is null)
        {
            return data.ValueKind == JsonValueKind.String && !keepsStrings
                ? Encoding.UTF8.GetBytes(TextOf(data, "data", "text"))
                : Encoding.UTF8.GetBytes(data.GetRawText());
        }

        return FromBase64(bytes, "b64data");
    }

    /// <summary>Any JSON value as it stands there; null where there is none.</summary>
    public byte[]? Json(string name) =>
        TryGet(name, out var value) ? Encoding.UTF8.GetBytes(value.GetRawText()) : null;

    /// <summary>Any JSON value as it stands there, or the bytes in base64 beside it; null for neither.</summary>
    public byte[]? JsonOrBytes(string name, string inBase64)
    {
        if (Text(inBase64) is not { Length: > 0 } text)
        {
            return Json(name);
        }

        return Has(name)
            ? throw Bad($"{_where}{name} and {inBase64} cannot both be there.")
            : FromBase64(text, inBase64);
    }

    /// <summary>One of the fault's own words: that an argument is not right.</summary>
    public ApiFault Refuse(string sentence) => Bad(_where + sentence);

    private byte[] FromBase64(string text, string name)
    {
        try
        {
            return Convert.FromBase64String(text);
        }
        catch (FormatException)
        {
            throw Bad($"{_where}{name} is no base64.");
        }
    }

    private byte[] ChannelOf(JsonElement value, string name, int maxBytes)
    {
        var bytes = Encoding.UTF8.GetBytes(TextOf(value, name, "the name of a channel"));
        return bytes.Length > 0 && bytes.Length <= maxBytes
            ? bytes
            : throw Bad(
                string.Create(CultureInfo.InvariantCulture, $"{_where}{name} must have 1 to {maxBytes} bytes."));
    }

    private string TextOf(JsonElement value, string name, string what)
    {
        if (value.ValueKind == JsonValueKind.String)
        {
            try
            {
                return value.GetString()!;
            }
            catch (InvalidOperationException)
            {
                throw Bad($"{_where}{name} has half of a surrogate pair, which is no text.");
            }
        }

        throw Bad($"{_where}{name} must be {what}, as a JSON string.");
    }

    private bool TryGet(string name, out JsonElement value) =>
        _object.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    // A name out of a request, which may have any length.
    private static string Shown(string name) => name.Length <= 40 ? name : name[..40] + "…";

    private static ApiFault Bad(string message) => new(ApiError.BadRequest, message);
}
