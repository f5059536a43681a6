using System.Text;

namespace Halley.Protocol.Http;

/// <summary>
/// Stands before a handler that reads parameters out of bodies: hands it every body as a form, and refuses those that
/// are none, so that nothing is published that was not understood. Before a router too: what it passes on has no type
/// any more.
/// </summary>
public sealed class FormReader(IRequestHandler handler) : IRequestHandler
{
    /// <inheritdoc/>
    public bool Admits(in RequestHead head, IResponder client) => handler.Admits(head, client);

    /// <inheritdoc/>
    public void Handle(in HttpRequest request, IExchange exchange)
    {
        if (request.Body.IsEmpty || !handler.Admits(request.Head, exchange))
        {
            handler.Handle(request, exchange);
        }
        else if (FormBody.Read(request, out var form) is { } fault)
        {
            string[] fields = ["Content-Type: application/json; charset=utf-8"];
            var head = new ResponseHead(fault.Status, fault.Field is null ? fields : [.. fields, fault.Field]);
            var body = new ByteBuffer(256);
            body.Write("{\"type\":\"error\",\"message\":\""u8);
            JsonText.Write(Encoding.UTF8.GetBytes(fault.Sentence), inScript: false, body);
            body.Write("\"}\n"u8);
            exchange.Reply(head, body.Written);
        }
        else
        {
            handler.Handle(new HttpRequest(request.Head, request.Path, form), exchange);
        }
    }
}
