using System.Globalization;
using Halley.Protocol.Http;

namespace Halley.Protocol.Options;

/// <summary>The rules for the values of each kind of option, and the words for an operator who wrote another.</summary>
public static class Values
{
    public const string WantsTime =
        "a time of more than 0: seconds, or a number with ms, s, m, h or d behind it, such as \"2500ms\"";

    public const string WantsSize = "a size: bytes, or a number with k, m or g behind it, such as \"32k\"";

    public const string WantsSubprotocol = "the name of a WebSocket sub-protocol, such as chat.v1";

    public const string WantsExpression = "text with variables, such as $arg_id, $1 or $http_x";

    /// <summary>Describes a right value, for "it wants …".</summary>
    public static string WantedFor(ValueKind kind) => kind switch
    {
        ValueKind.Line => "a single line",
        ValueKind.Expression => WantsExpression,
        ValueKind.Switch => "true or false",
        ValueKind.Number => $"a whole number from 1 to {int.MaxValue}",
        ValueKind.Seconds => $"a whole number of seconds from 1 to {int.MaxValue}",
        ValueKind.NumberOrZero => $"a whole number from 0 to {int.MaxValue}",
        ValueKind.Time => WantsTime,
        ValueKind.TimeOrZero => WantsTime + ", or 0 for none",
        ValueKind.Size => WantsSize,
        ValueKind.Bytes => "a whole number of at least 1",
        ValueKind.File => "a file's path",
        ValueKind.Origin => "origins such as https://example.com, or *",
        ValueKind.Backend => "a URL such as http://127.0.0.1:8080/auth",
        ValueKind.Subprotocol => WantsSubprotocol,
        _ => "text",
    };

    /// <summary>Whether a value can be one of that kind, wherever it stands.</summary>
    public static bool AreOf(ValueKind kind, string text) => kind switch
    {
        ValueKind.Switch => text is "true" or "false",
        ValueKind.Number or ValueKind.Seconds =>
            TryParseNumber(text, out var number) && number is > 0 and <= int.MaxValue,
        ValueKind.NumberOrZero => TryParseNumber(text, out var number) && number is >= 0 and <= int.MaxValue,
        ValueKind.Time => Units.TryParseTime(text, out var time) && time > TimeSpan.Zero,
        ValueKind.TimeOrZero => Units.TryParseTime(text, out _),
        ValueKind.Size => Units.TryParseSize(text, out var size) && size <= int.MaxValue,
        ValueKind.Bytes => TryParseNumber(text, out var bytes) && bytes > 0,
        ValueKind.Origin => IsOrigin(text),
        ValueKind.File or ValueKind.Backend => text.Length > 0,
        ValueKind.Subprotocol => Token.IsOne(text),
        _ => true,
    };

    public static bool TryParseNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);

    private static bool IsOrigin(string text) =>
        text is "*" or "null"
        || (text.Contains("://", StringComparison.Ordinal)
            && !text.EndsWith('/')
            && text.All(c => c is > ' ' and <= '~')
            && Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && uri.PathAndQuery == "/");
}
