using Halley.Protocol.Links;

namespace Halley.Nodes;

/// <summary>What carries a node's links: sockets, and the threads that requests are handled on. Any thread.</summary>
public interface INodeHost
{
    /// <summary>Every thread that a request may be handled on.</summary>
    IReadOnlyList<IDispatcher> Dispatchers { get; }

    /// <summary>Opens a link.</summary>
    /// <param name="host">An address or a name.</param>
    /// <param name="dispatcher">One of <see cref="Dispatchers"/>: the thread that it is to be heard on.</param>
    /// <param name="handler">Makes what hears it; called on its dispatcher.</param>
    /// <param name="whenFailed">Called instead where that cannot even begin.</param>
    void Dial(string host, int port, IDispatcher dispatcher, LinkOptions options, Func<Link, ILinkHandler> handler, Action whenFailed);
}
