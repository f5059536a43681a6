using Microsoft.Extensions.Logging;

namespace Halley.Nodes;

/// <summary>Every line this assembly logs. Never a key, a token or a message.</summary>
internal static partial class NodesLog
{
    [LoggerMessage(LogLevel.Information, "Node {Node} is up")]
    public static partial void NodeUp(this ILogger logger, string node);

    [LoggerMessage(LogLevel.Warning, "Node {Node} is down: {Why}. Its channels are the next ones' in the order of their digests")]
    public static partial void NodeDown(this ILogger logger, string node, string why);

    [LoggerMessage(LogLevel.Information, "Node {Node} says that it is {Stage}")]
    public static partial void NodeSays(this ILogger logger, string node, NodeStage stage);

    [LoggerMessage(LogLevel.Error, "Node {Node} and this one have no link: {Why}. Until they have, neither passes anything on to the other, and a node that starts does not serve")]
    public static partial void NodeRefuses(this ILogger logger, string node, string why);

    [LoggerMessage(LogLevel.Information, "This node serves its channels; the nodes that serve are {Nodes}")]
    public static partial void Serves(this ILogger logger, string nodes);

    [LoggerMessage(LogLevel.Warning, "Node {Node} may have published to this node's channels while the two were cut off from each other: all subscribers are let go, so that they are told")]
    public static partial void LetsAllGo(this ILogger logger, string node);

    [LoggerMessage(LogLevel.Information, "Channels that another node has were let go: {Count}")]
    public static partial void LetGo(this ILogger logger, int count);

    [LoggerMessage(LogLevel.Warning, "A link was refused: {Why}")]
    public static partial void LinkRefused(this ILogger logger, string why);

    [LoggerMessage(LogLevel.Warning, "Node {Node} lists other nodes than this one: the two will not agree on who has which channel. Give all nodes the same list")]
    public static partial void ListsDiffer(this ILogger logger, string node);
}
