using Halley.Nodes.Forwarding;
using Halley.Nodes.Health;
using Halley.Protocol.Links;
using Microsoft.Extensions.Logging;

namespace Halley.Nodes.Links;

/// <summary>What the links of a node share. Any thread.</summary>
internal interface ILinkContext
{
    long Incarnation { get; }

    NodeList List { get; }

    NodeOptions Options { get; }

    Membership Members { get; }

    IRequestTaker Requests { get; }

    ILogger Logger { get; }

    int MaxFrameBytes { get; }

    /// <summary>Since the start.</summary>
    TimeSpan Now { get; }

    (int Channels, int Subscribers) Counts { get; }

    /// <summary>Every thread that a request may be handled on.</summary>
    IReadOnlyList<IDispatcher> Dispatchers { get; }

    /// <summary>Somebody who dialled was refused.</summary>
    void OnRefused(string why);

    /// <summary>Opens a link to a node.</summary>
    /// <param name="dispatcher">The thread that it is to be heard on.</param>
    /// <param name="whenFailed">Called instead of the handler where that cannot even begin.</param>
    void Dial(NodeEntry node, IDispatcher dispatcher, Func<Link, ILinkHandler> handler, Action whenFailed);
}
