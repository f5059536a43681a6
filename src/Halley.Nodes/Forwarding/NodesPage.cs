using System.Text;
using System.Text.Json;
using Halley.Protocol;
using Halley.Protocol.Http;

namespace Halley.Nodes.Forwarding;

/// <summary><c>/nodes</c> says how the nodes are; <c>/nodes/drain?node=NAME</c> lets one give its channels up, this one where none is named.</summary>
internal sealed class NodesPage(Cluster cluster)
{
    private const string Server = "Server: icomet 0.2.5";

    private static readonly ResponseHead Json = new("200 OK", [Server, "Content-Type: application/json; charset=utf-8"]);
    private static readonly ResponseHead NotFound = new("404 Not Found", [Server, "Content-Type: text/plain; charset=utf-8"]);
    private static readonly ResponseHead Conflict = new("409 Conflict", [Server, "Content-Type: text/plain; charset=utf-8"]);

    public void Handle(in HttpRequest request, IExchange exchange, NodeAdmin admin)
    {
        if (request.Path.SequenceEqual("/nodes"u8))
        {
            exchange.Reply(Json, Report());
            return;
        }

        var name = new Parameters(request).Text("node"u8);
        if (name.IsEmpty || name.SequenceEqual(cluster.Own.Utf8Name))
        {
            Drain(exchange);
        }
        else if (cluster.View.Serving.FirstOrDefault(Named(name.ToArray())) is { } node)
        {
            cluster.Ask(node, new ForwardedRequest(cluster, admin, exchange, request, isForNode: true), exchange.Dispatcher);
        }
        else
        {
            exchange.Reply(NotFound, Encoding.UTF8.GetBytes(cluster.IsKnown(name)
                ? "that node does not serve: there is nothing to drain\n"
                : $"no node has that name; there are {string.Join(", ", cluster.Report().Select(report => report.Name))}\n"));
        }
    }

    private static Func<NodeEntry, bool> Named(byte[] name) => node => node.Utf8Name.AsSpan().SequenceEqual(name);

    private void Drain(IExchange exchange)
    {
        if (cluster.TryDrain())
        {
            exchange.Reply(Json, "{\"type\":\"ok\"}\n"u8);
        }
        else
        {
            exchange.Reply(Conflict, "no other node serves that could have these channels; nothing was done\n"u8);
        }
    }

    private ReadOnlySpan<byte> Report()
    {
        var nodes = cluster.Report();
        var all = Math.Max(1, nodes.Sum(node => (long)node.Channels));
        var body = new ByteBuffer();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("node", cluster.Own.Name);
            json.WriteStartArray("waits_for");
            foreach (var name in cluster.WaitsFor())
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
            json.WriteStartArray("nodes");
            foreach (var node in nodes)
            {
                json.WriteStartObject();
                json.WriteString("name", node.Name);
                json.WriteString("state", node.State);
                json.WriteNumber("channels", node.Channels);
                json.WriteNumber("subscribers", node.Subscribers);
                json.WriteNumber("share", Math.Round((double)node.Channels / all, 4));
                json.WriteString("front", node.Front);
                json.WriteString("why", node.Refusal ?? "");
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        body.WriteByte((byte)'\n');
        return body.Written;
    }
}
