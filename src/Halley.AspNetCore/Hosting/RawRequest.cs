using System.Text;
using Halley.Protocol;
using Halley.Protocol.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using HttpRequest = Halley.Protocol.Http.HttpRequest;

namespace Halley.AspNetCore.Hosting;

/// <summary>
/// A request as dialects read it: bytes, as HTTP/1.1 has them. Whatever version it came by, and below whatever path
/// base.
/// </summary>
internal sealed class RawRequest
{
    // Of a WebSocket over HTTP/2 there is none, and it proves nothing (RFC 8441, 5).
    private const string AnyKey = "AAAAAAAAAAAAAAAAAAAAAA==";

    private readonly byte[] _head;

    private RawRequest(byte[] head, byte[] path) => (_head, Path) = (head, path);

    /// <summary>Its path below the endpoint's own, decoded.</summary>
    public byte[] Path { get; }

    /// <summary>Its head, read anew each time.</summary>
    public RequestHead Head
    {
        get
        {
            _ = RequestParser.Parse(_head, out var head);
            return head;
        }
    }

    /// <summary>Its body, whole. Default: none.</summary>
    public byte[] Body { get; set; } = [];

    /// <param name="path">What of the path is below the endpoint's own: begins with a slash.</param>
    /// <param name="error">What is wrong with it, where it cannot be one: no dialect would read it.</param>
    public static RawRequest? Of(HttpContext context, string path, out RequestError? error)
    {
        var target = new PathString(path).ToUriComponent() + context.Request.QueryString.Value;
        var head = Encoding.UTF8.GetBytes(HeadOf(context, target));
        error = RequestParser.Parse(head, out _);
        return error is null ? new RawRequest(head, Encoding.UTF8.GetBytes(path)) : null;
    }

    /// <summary>The same for a server that answers all requests, with the target as it came.</summary>
    /// <inheritdoc cref="Of"/>
    /// <remarks>Its fields are decoded as Latin-1, so that every byte is what it was.</remarks>
    public static RawRequest? OfServer(HttpContext context, out RequestError? error)
    {
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var head = Encoding.Latin1.GetBytes(HeadOf(context, target));
        error = RequestParser.Parse(head, out var parsed);
        if (error is not null)
        {
            return null;
        }

        var path = UrlEncoding.IsEncoded(parsed.Path, plusIsSpace: false)
            ? UrlEncoding.Decode(parsed.Path, plusIsSpace: false)
            : parsed.Path;
        return new RawRequest(head, path.ToArray());
    }

    private static string HeadOf(HttpContext context, string target)
    {
        var request = context.Request;
        var isSocket = context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };
        var text = new StringBuilder(512)
            .Append(isSocket ? "GET" : request.Method).Append(' ').Append(target)
            .Append(HttpProtocol.IsHttp10(request.Protocol) ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n");
        foreach (var (name, values) in request.Headers)
        {
            if (!name.StartsWith(':') && !name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
                && !name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase))
            {
                foreach (var value in values)
                {
                    text.Append(name).Append(": ").Append(value).Append("\r\n");
                }
            }
        }

        if (isSocket)
        {
            text.Append("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: ").Append(AnyKey)
                .Append("\r\n");
        }

        return text.Append("\r\n").ToString();
    }

    /// <summary>Whether a handler takes its body from this client.</summary>
    public bool IsAdmittedBy(IRequestHandler handler, IExchange exchange) => handler.Admits(Head, exchange);

    /// <summary>Has a handler answer it.</summary>
    public void HandleWith(IRequestHandler handler, IExchange exchange) =>
        handler.Handle(new HttpRequest(Head, Path, Body), exchange);
}
