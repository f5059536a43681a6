using Halley.Engine.Native;
using Halley.Protocol.Access;
using Halley.Protocol.Answers;
using Halley.Protocol.Clients;

namespace Halley.Engine.Connections;

// What only the engine can tell operators of a connection whose answer is held.
internal sealed partial class Connection
{
    /// <inheritdoc/>
    public override ConnectionPlace Place => new(Host.State.HostNumber, Host.Number, Key);

    /// <inheritdoc/>
    protected override bool IsForOperators => Listener.Options.MayUseReserve;

    /// <inheritdoc/>
    protected override string PeerName
    {
        get
        {
            var peer = Socket.RemoteEndPoint(Descriptor);
            return peer is null ? RemoteAddress.Equals(UnixPeer.Address) ? "unix" : ""
                : peer.Address.IsIPv4MappedToIPv6 ? $"{peer.Address.MapToIPv4()}:{peer.Port}"
                : $"{peer}";
        }
    }

    /// <inheritdoc/>
    protected override string ListenerName => $"{Listener.EndPoint}";

    /// <inheritdoc/>
    protected override ConnectionTraffic Traffic
    {
        get
        {
            var counts = Socket.CountsOf(Descriptor);
            return new ConnectionTraffic(
                UnsentBytes + (counts?.NotSent ?? 0), counts?.Acknowledged, counts?.SinceReceived);
        }
    }
}
