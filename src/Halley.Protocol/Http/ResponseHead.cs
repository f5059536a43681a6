using System.Text;

namespace Halley.Protocol.Http;

/// <summary>The server whose answers a head looks like.</summary>
public enum HeadOrder
{
    /// <summary>
    /// Fields, connection, framing, date, length, last fields; an HTTP/1.0 answer that the end of the connection ends
    /// has no date.
    /// </summary>
    IComet,

    /// <summary>Server, date, fields, length or framing, connection, last fields; HTTP/1.1 to every client.</summary>
    Nginx,
}

/// <summary>
/// The part of an answer's head that is always the same, made once. What depends on the request (version, connection,
/// length, date) the host adds between the two groups of fields, in the order that iComet's own answers have.
/// </summary>
public sealed class ResponseHead
{
    /// <param name="status">Status and phrase: <c>200 OK</c>.</param>
    /// <param name="fields">Fields before those that the host adds, each as <c>Name: value</c>.</param>
    /// <param name="lastFields">Fields after them.</param>
    public ResponseHead(string status, IReadOnlyList<string> fields, IReadOnlyList<string>? lastFields = null)
    {
        Status = Encoding.Latin1.GetBytes(status + "\r\n");
        Fields = Encoding.Latin1.GetBytes(string.Concat(fields.Select(field => field + "\r\n")));
        LastFields = Encoding.Latin1.GetBytes(string.Concat((lastFields ?? []).Select(field => field + "\r\n")));
    }

    /// <summary>In which order, and with which habits, the host adds its fields.</summary>
    public HeadOrder Order { get; init; }

    /// <summary>Whether the connection is closed after the answer, whatever the client wants.</summary>
    public bool Closes { get; init; }

    /// <summary>
    /// Whether the status says that no body follows: then there is no length either (RFC 9110, 8.6; that of a 304 would
    /// be the 200's).
    /// </summary>
    public bool HasNoBody => Status.Span is [(byte)'2' or (byte)'3', (byte)'0', (byte)'4', ..];

    /// <summary>
    /// Whether a body of unknown length follows without chunks, until the connection is closed. Goes with
    /// <see cref="Closes"/>.
    /// </summary>
    public bool EndsWithConnection { get; init; }

    /// <summary>
    /// Whether the answer is the operator's own backend's, and is passed on: of its body nothing is logged.
    /// </summary>
    public bool IsPassedOn { get; private init; }

    /// <summary>Whether the head says that the connection is kept even where HTTP/1.1 need not say so.</summary>
    public bool SaysKeepAlive { get; init; }

    /// <summary>A head in nginx's order, which always says what becomes of the connection.</summary>
    public static ResponseHead LikeNginx(
        string status, IReadOnlyList<string> fields, IReadOnlyList<string> lastFields) =>
        new(status, fields, lastFields) { Order = HeadOrder.Nginx, SaysKeepAlive = true };

    /// <summary>The same for an answer that is the operator's own backend's.</summary>
    public static ResponseHead PassedOn(
        string status, IReadOnlyList<string> fields, IReadOnlyList<string> lastFields) =>
        new(status, fields, lastFields) { Order = HeadOrder.Nginx, SaysKeepAlive = true, IsPassedOn = true };

    /// <summary>Status, phrase and line end.</summary>
    public ReadOnlyMemory<byte> Status { get; }

    public ReadOnlyMemory<byte> Fields { get; }

    public ReadOnlyMemory<byte> LastFields { get; }
}
