using System.Net;
using System.Net.Sockets;
using Halley.Nodes;
using Halley.Protocol.Links;

namespace Halley.Server.Nodes;

/// <summary>Lets the engine carry a node's links.</summary>
internal sealed class EngineHost(Engine.Engine engine) : INodeHost
{
    /// <inheritdoc/>
    public IReadOnlyList<IDispatcher> Dispatchers => engine.Dispatchers;

    /// <inheritdoc/>
    public void Dial(string host, int port, IDispatcher dispatcher, LinkOptions options, Func<Link, ILinkHandler> handler, Action whenFailed)
    {
        if (!IPAddress.TryParse(host, out var address))
        {
            // Looked up each time: a node may have moved.
            _ = LookUpAndDial(host, port, dispatcher, options, handler, whenFailed);
        }
        else if (!engine.TryDial(new IPEndPoint(address, port), dispatcher, options, handler))
        {
            whenFailed();
        }
    }

    private async Task LookUpAndDial(string host, int port, IDispatcher dispatcher, LinkOptions options, Func<Link, ILinkHandler> handler, Action whenFailed)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(host);
            if (addresses.Length > 0 && engine.TryDial(new IPEndPoint(addresses.OrderBy(found => found.AddressFamily).First(), port), dispatcher, options, handler))
            {
                return;
            }
        }
        catch (Exception unknown) when (unknown is SocketException or ArgumentException)
        {
            // Nobody of that name: it is tried again.
        }

        whenFailed();
    }
}
