using Halley.Engine.Native;

namespace Halley.Engine;

/// <summary>
/// The file of a Unix socket that we listen on. One that a dead process has left is replaced; one that somebody listens
/// on, and what is no socket, is left alone. Removed when we stop, unless it is another's by then.
/// </summary>
internal sealed class UnixSocketFile
{
    private readonly UnixEndPoint _endPoint;
    private readonly FileIdentity _identity;

    private UnixSocketFile(UnixEndPoint endPoint, int descriptor)
    {
        _endPoint = endPoint;
        Descriptor = descriptor;
        FileIdentity.TryRead(endPoint.Path, out _identity);
    }

    /// <summary>Bound, and not listening yet, so that nobody can connect before the file has its mode.</summary>
    public int Descriptor { get; }

    /// <exception cref="ListenException">There is somebody, or something, or it may not be.</exception>
    public static UnixSocketFile Bind(UnixEndPoint endPoint)
    {
        var fd = Socket.OpenAndBind(endPoint);
        if (fd < 0 && Errno.Last is Errno.AddressInUse)
        {
            RequireStaleFile(endPoint);
            File.Delete(endPoint.Path);
            fd = Socket.OpenAndBind(endPoint);
        }

        if (fd < 0)
        {
            throw Failure(endPoint, Errno.Last switch
            {
                Errno.AddressInUse =>
                    "another program has just begun to listen there. Stop it, or choose another path.",
                Errno.AccessDenied or Errno.NotPermitted or Errno.ReadOnlyFileSystem =>
                    "no right to make a file there. Choose a directory that this user may write to.",
                Errno.NoSuchFile or Errno.NotADirectory => "there is no such directory. Make it, or choose another.",
                var errno => $"{Errno.Describe(errno)}.",
            });
        }

        if (!FileIdentity.TrySetMode(endPoint.Path, endPoint.Mode))
        {
            var errno = Errno.Last;
            Socket.Close(fd);
            throw Failure(endPoint, $"the mode of its file cannot be set: {Errno.Describe(errno)}.");
        }

        return new UnixSocketFile(endPoint, fd);
    }

    /// <summary>The file of a socket that listens already: a predecessor's.</summary>
    public static UnixSocketFile Adopt(UnixEndPoint endPoint, int descriptor)
    {
        _ = FileIdentity.TrySetMode(endPoint.Path, endPoint.Mode);
        return new UnixSocketFile(endPoint, descriptor);
    }

    /// <summary>Removes the file, if it is still ours.</summary>
    public void Remove()
    {
        if (!FileIdentity.TryRead(_endPoint.Path, out var identity) || identity != _identity)
        {
            return;
        }

        try
        {
            File.Delete(_endPoint.Path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // The next start replaces it.
        }
    }

    private static void RequireStaleFile(UnixEndPoint endPoint)
    {
        if (!FileIdentity.TryRead(endPoint.Path, out var identity) || !identity.IsSocket)
        {
            throw Failure(endPoint, "there is a file that is no socket, and it is left alone. Choose another path.");
        }

        if (!Socket.IsRefused(endPoint))
        {
            throw Failure(endPoint, "another program listens there. Stop it, or choose another path.");
        }
    }

    private static ListenException Failure(UnixEndPoint endPoint, string why) =>
        new(endPoint, $"Cannot listen on {endPoint}: {why}");
}
