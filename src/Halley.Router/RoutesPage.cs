using System.Text;
using System.Text.Json;
using Halley.Protocol;
using Halley.Protocol.Http;

namespace Halley.Router;

/// <summary>
/// Answers <c>/route?cname=</c>, the servers of a channel, and <c>/routes</c>, the state of the servers and all
/// channels, page by page.
/// </summary>
internal sealed class RoutesPage(RoutingTable table)
{
    private const int UsualLimit = 1000;
    private const int MaxLimit = 10_000;

    public void Route(in HttpRequest request, IExchange exchange)
    {
        var parameters = new Parameters(request);
        if (!parameters.Has("cname"u8))
        {
            RouterReplies.Reply(RouterReplies.BadRequest, "which channel? /route?cname=NAME", exchange);
            return;
        }

        var name = parameters.Bytes("cname"u8);
        var places = table.Places(name);
        var choice = table.Choice(name);
        Reply(exchange, json =>
        {
            WriteRoute(json, name, places);
            json.WriteString("choice", choice?.Name);
            json.WriteString("sub_url", (places.Count > 0 ? places[0] : choice)?.Front);
            json.WriteBoolean("unsure", places.Count == 0 && table.IsUnsure);
        });
    }

    public void Routes(in HttpRequest request, IExchange exchange)
    {
        var parameters = new Parameters(request);
        var limit = parameters.Has("limit"u8) ? (int)Math.Clamp(parameters.Number("limit"u8), 0, MaxLimit) : UsualLimit;
        var routes = table.Routes(parameters.Bytes("after"u8), limit, out var isLast);
        Reply(exchange, json =>
        {
            json.WriteStartArray("servers");
            foreach (var server in table.Report())
            {
                json.WriteStartObject();
                json.WriteString("name", server.Server.Name);
                json.WriteString("state", server.State.ToString().ToLowerInvariant());
                json.WriteBoolean("followed", server.IsFollowed);
                json.WriteNumber("channels", server.Channels);
                json.WriteNumber("subscribers", server.Subscribers);
                json.WriteString("admin", server.Server.Admin);
                json.WriteString("front", server.Server.Front);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("routes");
            foreach (var (name, places) in routes)
            {
                json.WriteStartObject();
                WriteRoute(json, name, places);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteBoolean("more", !isLast);
        });
    }

    // A name may be any bytes; those that are no UTF-8 are replaced.
    private static void WriteRoute(Utf8JsonWriter json, byte[] name, IReadOnlyList<RoutedServer> places)
    {
        json.WriteString("cname", Encoding.UTF8.GetString(name));
        json.WriteStartArray("nodes");
        foreach (var place in places)
        {
            json.WriteStringValue(place.Name);
        }

        json.WriteEndArray();
    }

    private static void Reply(IExchange exchange, Action<Utf8JsonWriter> write)
    {
        var body = new ByteBuffer();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        body.WriteByte((byte)'\n');
        exchange.Reply(RouterReplies.Json, body.Written);
    }
}
