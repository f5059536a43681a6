using System.Net;
using Halley.Engine.Links;
using Halley.Engine.Native;

namespace Halley.Engine;

/// <summary>
/// Sockets that listen already when a server starts: those of the server before it, or a service manager's. What has
/// connected to them waits there. A listener takes those of its address.
/// </summary>
public sealed class HandedSockets
{
    private readonly List<(EndPoint EndPoint, int Descriptor)> _sockets = [];

    /// <param name="descriptors">Ours from now on; what does not listen is closed.</param>
    public HandedSockets(IEnumerable<int> descriptors)
    {
        foreach (var fd in descriptors)
        {
            if (Socket.IsListening(fd) && Socket.Place(fd) is { } place)
            {
                Socket.Adopt(fd);
                _sockets.Add((place, fd));
            }
            else
            {
                Socket.Close(fd);
            }
        }

        EndPoints = [.. _sockets.Select(socket => socket.EndPoint).Distinct()];
    }

    public IReadOnlyList<int> Descriptors => [.. _sockets.Select(socket => socket.Descriptor)];

    /// <summary>Whether the files of Unix sockets are somebody else's to remove. Default no.</summary>
    public bool LeavesFiles { get; init; }

    /// <summary>The addresses and files that they listen at, also of those that were taken.</summary>
    public IReadOnlyList<EndPoint> EndPoints { get; private set; }

    /// <summary>Receives those that another server hands over; see <see cref="Engine.HandOver"/>.</summary>
    /// <param name="socket">A connected Unix socket, which blocks.</param>
    /// <returns>Null where it does not, or not all.</returns>
    public static HandedSockets? Receive(int socket)
    {
        var all = new List<int>();
        int mark;
        do
        {
            all.AddRange(Native.Descriptors.Receive(socket, out mark));
        }
        while (mark > 0);

        var sockets = new HandedSockets(all);
        if (mark == 0)
        {
            return sockets;
        }

        sockets.CloseAllBut([]);
        return null;
    }

    /// <summary>Has the process that is started next inherit them.</summary>
    public void HandDown() => _sockets.ForEach(socket => LinkSocket.HandDown(socket.Descriptor));

    /// <summary>Closes those that nobody will take: who has connected to them is cut off.</summary>
    /// <returns>Where they listened.</returns>
    public IReadOnlyList<EndPoint> CloseAllBut(IReadOnlyCollection<EndPoint> wanted)
    {
        var others = _sockets.Where(socket => !wanted.Any(place => IsSame(place, socket.EndPoint))).ToList();
        others.ForEach(socket => Socket.Close(socket.Descriptor));
        _sockets.RemoveAll(others.Contains);
        EndPoint[] closed = [.. others.Select(socket => socket.EndPoint).Distinct()];
        EndPoints = [.. EndPoints.Except(closed)];
        return closed;
    }

    /// <summary>Whether some listen at a place.</summary>
    internal bool Have(EndPoint place) => _sockets.Exists(socket => IsSame(place, socket.EndPoint));

    /// <summary>Takes those that listen at a place; none where there are none.</summary>
    /// <returns>Descriptors, the caller's from now on.</returns>
    public IReadOnlyList<int> Take(EndPoint place)
    {
        var taken = _sockets.Where(socket => IsSame(place, socket.EndPoint)).ToList();
        _sockets.RemoveAll(taken.Contains);
        return [.. taken.Select(socket => socket.Descriptor)];
    }

    // The mode of a file is no part of where it is.
    private static bool IsSame(EndPoint one, EndPoint other) =>
        one is UnixEndPoint file ? other is UnixEndPoint another && file.Path == another.Path : one.Equals(other);
}
