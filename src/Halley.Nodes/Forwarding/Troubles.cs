using System.Text;
using Halley.Protocol;
using Halley.Protocol.Http;

namespace Halley.Nodes.Forwarding;

/// <summary>What a publisher is told whose request another node did not carry out: a status, and a sentence why.</summary>
internal static class Troubles
{
    private static readonly string[] Fields = ["Server: icomet 0.2.5", "Content-Type: text/plain; charset=utf-8"];

    private static readonly ResponseHead BadGateway = new("502 Bad Gateway", Fields);
    private static readonly ResponseHead Unavailable = new("503 Service Unavailable", [.. Fields, "Retry-After: 1"]);
    private static readonly ResponseHead GatewayTimeout = new("504 Gateway Timeout", Fields);

    public static void Tell(IExchange exchange, Trouble trouble, string node)
    {
        var (head, sentence) = trouble switch
        {
            Trouble.NoLink => (BadGateway, $"there is no link to node {node}, which has this channel; nothing was done: try again in a moment"),
            Trouble.Misdirected => (BadGateway, $"node {node}, which has this channel as far as this node can see, does not take it for its own; nothing was done: try again in a moment"),
            Trouble.LinkLost => (BadGateway, $"the link to node {node}, which has this channel, was lost; whether it carried this out is not known"),
            Trouble.TooMany => (Unavailable, $"as many requests wait for node {node} as may; nothing was done: try again later"),
            _ => (GatewayTimeout, $"node {node}, which has this channel, has not answered in time; whether it carried this out is not known"),
        };
        exchange.Reply(head, Encoding.UTF8.GetBytes(sentence + "\n"));
    }

    /// <summary>This node has no channels yet, or no other node has those that it gave up.</summary>
    public static void TellNotServing(IExchange exchange, IReadOnlyList<string> waitsFor) => exchange.Reply(
        Unavailable,
        Encoding.UTF8.GetBytes($"this node does not serve yet{(waitsFor.Count == 0 ? "" : $": it waits for {string.Join(", ", waitsFor)}")}; nothing was done: try again in a moment\n"));

    /// <summary>Another node relays a subscriber here, whose channel this node does not take for its own: they have not heard the same of the others yet.</summary>
    public static void TellNotOwn(IExchange exchange) =>
        exchange.Reply(Unavailable, "this node does not take that channel for its own, as another one does: try again in a moment\n"u8);

    /// <summary>Not all nodes carried out what was meant for all.</summary>
    public static void TellMissing(IExchange exchange, string done, IEnumerable<string> missing) =>
        exchange.Reply(BadGateway, Encoding.UTF8.GetBytes($"{done}; these nodes did not answer: {string.Join(", ", missing)}\n"));
}
