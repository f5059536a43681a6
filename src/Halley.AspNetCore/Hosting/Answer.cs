using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Halley.Protocol.Http;

namespace Halley.AspNetCore.Hosting;

/// <summary>The head of an answer.</summary>
/// <param name="Phrase">The dialect's own words for the status; null for the usual.</param>
/// <param name="Length">Of its body; null where that is not known.</param>
/// <param name="IsWebSocket">Whether both sides speak frames from here on.</param>
/// <param name="IsDeflateTaken">Whether the client may send compressed messages then.</param>
/// <param name="IsLast">Whether a connection of HTTP/1.1 ends with it.</param>
/// <param name="IsCut">Whether it ends without being whole.</param>
internal sealed record Answer(
    int Status,
    string? Phrase,
    IReadOnlyList<(string Name, string Value)> Fields,
    long? Length,
    bool IsWebSocket = false,
    bool IsDeflateTaken = false,
    bool IsLast = false,
    bool IsCut = false)
{
    // Most heads are made once, and said often: what they become is shared.
    private static readonly ConditionalWeakTable<ResponseHead, Answer> OfServers = [];
    private static readonly ConditionalWeakTable<ResponseHead, Answer> OfApplications = [];

    /// <param name="answersOrigins">See <see cref="ExchangeOptions.AnswersOrigins"/>.</param>
    public static Answer Of(ResponseHead head, long? length, bool answersOrigins)
    {
        var known = (answersOrigins ? OfServers : OfApplications).GetValue(head, head => new Answer(
            StatusOf(head.Status.Span),
            Encoding.Latin1.GetString(head.Status.Span[3..]).Trim(),
            [.. FieldsOf(head.Fields.Span, answersOrigins), .. FieldsOf(head.LastFields.Span, answersOrigins)],
            null,
            IsLast: answersOrigins && head.Closes));
        return length is null ? known : known with { Length = length };
    }

    /// <param name="written">The whole head of a handshake's answer.</param>
    public static Answer OfHandshake(ReadOnlySpan<byte> written, bool isDeflateTaken)
    {
        var text = written[(written.IndexOf((byte)'\n') + 1)..];
        return new Answer(
            101, null, FieldsOf(text, answersOrigins: false), null, IsWebSocket: true, IsDeflateTaken: isDeflateTaken);
    }

    /// <summary>Reads the status out of a status line's end.</summary>
    public static int StatusOf(ReadOnlySpan<byte> status) =>
        int.Parse(status[..3], CultureInfo.InvariantCulture);

    // What is about the connection is the server's own.
    private static List<(string Name, string Value)> FieldsOf(ReadOnlySpan<byte> lines, bool answersOrigins)
    {
        var fields = new List<(string, string)>();
        foreach (var line in Encoding.Latin1.GetString(lines).Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var name = colon < 0 ? "" : line[..colon];
            if (colon > 0 && !name.Equals("Connection", StringComparison.OrdinalIgnoreCase)
                && !name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase)
                && !name.Equals("Date", StringComparison.OrdinalIgnoreCase)
                && !name.Equals("Server", StringComparison.OrdinalIgnoreCase)
                && (answersOrigins || !name.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase)))
            {
                fields.Add((name, line[(colon + 1)..].Trim()));
            }
        }

        return fields;
    }
}
