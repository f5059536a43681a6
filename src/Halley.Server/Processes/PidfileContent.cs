using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Halley.Server.Native;
using Microsoft.Win32.SafeHandles;

namespace Halley.Server.Processes;

/// <summary>
/// A pidfile as it is found: opened once, so that what is asked of it is asked of one file. Nothing it holds is
/// believed unseen.
/// </summary>
internal sealed class PidfileContent : IDisposable
{
    /// <summary>More than any pid with its line end.</summary>
    private const int MaxBytes = 32;

    private readonly string _path;
    private readonly SafeFileHandle _file;

    private PidfileContent(string path, SafeFileHandle file)
    {
        _path = path;
        _file = file;
        Pid = ReadPid();
        Hold = TryLock();
    }

    public int Pid { get; }

    /// <summary>Whether a server holds the file. Where none does, none takes it over before this is disposed.</summary>
    public PidfileHold Hold { get; }

    /// <summary>Whether the path still leads to this file.</summary>
    public bool IsInPlace => FileIdentity.Of(_path, follow: false) is { } there && there == FileIdentity.Of(_file);

    /// <returns>Null where there is no file.</returns>
    /// <exception cref="PidfileException">It is no file that holds a pid, or cannot be read.</exception>
    public static PidfileContent? Open(string path)
    {
        var descriptor = Libc.Open(path, Libc.O_NOFOLLOW | Libc.O_NONBLOCK | Libc.O_NOCTTY | Libc.O_CLOEXEC, 0);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error switch
            {
                Libc.ENOENT or Libc.ENOTDIR => null,
                Libc.ELOOP => throw new PidfileException(
                    $"the pidfile {path} is a link, which is not followed; remove it, "
                        + "or name the file that it leads to"),
                _ => throw new PidfileException(
                    $"the pidfile {path} cannot be read: {Marshal.GetPInvokeErrorMessage(error)}"),
            };
        }

        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        try
        {
            return FileIdentity.Of(file) is { IsRegular: true }
                ? new PidfileContent(path, file)
                : throw new PidfileException(
                    $"the pidfile {path} is {(Directory.Exists(path) ? "a directory" : "no regular file")}; name a "
                        + "file");
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose() => _file.Dispose();

    private int ReadPid()
    {
        Span<byte> bytes = stackalloc byte[MaxBytes];
        try
        {
            bytes = bytes[..RandomAccess.Read(_file, bytes, 0)];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new PidfileException($"the pidfile {_path} cannot be read: {unreadable.Message}");
        }

        return int.TryParse(
            Encoding.ASCII.GetString(bytes).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            ? pid
            : throw new PidfileException(
                $"the pidfile {_path} holds no process id; look what serves, and remove the file");
    }

    private PidfileHold TryLock()
    {
        if (Libc.Lock((int)_file.DangerousGetHandle(), Libc.LOCK_EX | Libc.LOCK_NB) == 0)
        {
            return PidfileHold.Free;
        }

        return Marshal.GetLastPInvokeError() == Libc.EWOULDBLOCK ? PidfileHold.Held : PidfileHold.Unknown;
    }
}
