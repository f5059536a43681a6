using System.Net;
using Halley.Access;
using Halley.Engine.Connections;
using Halley.Engine.Native;
using Halley.Protocol.Http;

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
        var (shares, areLimited) = (host.State.Shares, host.State.Shares.MaxPerClient > 0);
        if (listener.Options.MayUseReserve
            || listener.EndPoint is UnixEndPoint
            || (!areLimited && !host.State.IsScarce(KeptForOthers)))
        {
            return true;
        }

        var address = Socket.RemoteAddress(fd);
        if (listener.Options.TrustedProxies.Include(address))
        {
            return true;
        }

        var block = ClientBlock.Of(address);
        if (areLimited ? shares.TryTake(block) : !HasMost(block))
        {
            client = areLimited ? block : default;
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
            host.State.Shares.GiveBack(client);
        }
    }

    // A whole answer, to one that has not sent a request yet.
    private static ReadOnlySpan<byte> TooManyConnections =>
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"u8
        + "Content-Length: 47\r\nConnection: close\r\n\r\nThere are too many connections of your address\n"u8;

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
        host.Counts.CountTurnedAway();
        if (host.State.Incidents.AreWanted)
        {
            host.State.Incidents.Note("turned_away", 0, $"{address}", $"{listener.EndPoint}", "", []);
        }

        // The client's bytes are read first: closed with bytes unread, the connection would be reset and the answer
        // lost.
        _ = Socket.Receive(fd, host.Sending.Staging);
        _ = Socket.Send(fd, TooManyConnections);
        Socket.ShutdownWrites(fd);
        Socket.Close(fd);
        if (host.State.Refusals.TryTake())
        {
            var note = RefusalNote.Of("503"u8, "There are too many connections of your address"u8);
            host.State.Refusals.Write(note, listener.EndPoint, address);
        }

        if (host.State.MayWarn())
        {
            host.State.Logger.TurnedAway(address, listener.EndPoint);
        }
    }
}
