using System.Net;
using Halley.Access;
using Halley.Engine.Connections;
using Halley.Engine.Native;

namespace Halley.Engine;

/// <summary>
/// Decides of each accepted connection whether its client may have one more, and turns it away with a sentence where
/// not. Publishers, whose listener has a reserve of its own, are admitted; so are trusted proxies and Unix sockets,
/// which connect for many clients. Belongs to the reactor.
/// </summary>
/// <remarks>
/// Where no share is set, nothing is counted. When nearly all connections are open, a client that has more than half of
/// them gets no further one: a sample of the reactor's own tells, as good as a count, and costs a parked connection
/// nothing.
/// </remarks>
internal sealed class Doorkeeper(ConnectionHost host)
{
    // The last connections, one in so many, are kept for clients with less than half of them.
    private const int KeptForOthers = 16;

    // A client with more than half of all has more than half of such a sample: with two thirds in 199 of 200 samples.
    private const int SampleSize = 64;

    private readonly Random _random = new();
    private readonly Dictionary<Connection, ClientBlock> _counted = [];

    /// <summary>Whether a connection may be taken up; one that may not is answered and closed.</summary>
    /// <param name="client">Its client; the default where that does not count.</param>
    public bool Admits(Listener listener, int fd, out ClientBlock client)
    {
        client = default;
        var shares = host.State.Shares;
        if (listener.Options.MayUseReserve
            || listener.EndPoint is UnixEndPoint
            || (shares is null && !host.State.IsScarce(KeptForOthers)))
        {
            return true;
        }

        var address = Socket.RemoteAddress(fd);
        if (listener.Options.TrustedProxies.Include(address))
        {
            return true;
        }

        var block = ClientBlock.Of(address);
        if (shares is null ? !HasMost(block) : shares.TryTake(block))
        {
            client = shares is null ? default : block;
            return true;
        }

        TurnAway(listener, fd, address);
        return false;
    }

    /// <summary>Remembers the client of a connection that was admitted.</summary>
    public void Entered(Connection connection, ClientBlock client)
    {
        if (client != default)
        {
            _counted.Add(connection, client);
        }
    }

    /// <summary>Gives back the share of a connection that has ended.</summary>
    public void Left(Connection connection)
    {
        if (_counted.Count > 0 && _counted.Remove(connection, out var client))
        {
            host.State.Shares!.GiveBack(client);
        }
    }

    private bool HasMost(ClientBlock block)
    {
        var (looked, its) = (0, 0);
        foreach (var connection in host.Table.Sample(_random, SampleSize))
        {
            looked++;
            its += ClientBlock.Of(connection.RemoteAddress) == block ? 1 : 0;
        }

        return its > looked / 2;
    }

    private void TurnAway(Listener listener, int fd, IPAddress address)
    {
        // The client's bytes are read first: closed with bytes unread, the connection would be reset and the answer
        // lost.
        _ = Socket.Receive(fd, host.Sending.Staging);
        _ = Socket.Send(fd, Refusals.TooManyConnections);
        Socket.ShutdownWrites(fd);
        Socket.Close(fd);
        if (host.State.MayWarn())
        {
            host.State.Logger.TurnedAway(address, listener.EndPoint);
        }
    }
}
