using System.Globalization;
using System.Runtime.InteropServices;
using Halley.Server.Native;
using Microsoft.Win32.SafeHandles;

namespace Halley.Server.Logging;

/// <summary>
/// The file that log lines go to. It is open for appending, so it may be cut to nothing at any time; it is opened anew
/// where another file, or none, has taken its place; and it is put aside when it has grown. What cannot be written is
/// counted, and told once something can.
/// </summary>
internal sealed class LogFile : IDisposable
{
    /// <summary>
    /// Log files put aside and kept; with the one written to, this bounds what logging can take of a disk.
    /// </summary>
    private const int MaxArchives = 10;

    /// <summary>Readable by all, as other servers' logs are; the operator's umask may take from that.</summary>
    private const int Mode = 0b110_100_100;

    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly long _maxBytes;
    private SafeFileHandle _file;
    private FileIdentity _identity;

    // Where the file could not be put aside: what it may grow to before that is tried again.
    private long _nextRotation;
    private bool _isMidLine;
    private long _lost;
    private string _why = "";

    /// <param name="maxBytes">What it may grow to.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public LogFile(string path, long maxBytes)
    {
        _path = path;
        _maxBytes = maxBytes;
        (_file, _identity) = Open(path);
        _nextRotation = maxBytes;
    }

    /// <summary>Appends lines, or counts them as lost. Never throws for what a disk does.</summary>
    /// <param name="describe">Makes a line of the file's own troubles.</param>
    public void Append(ReadOnlySpan<byte> lines, int count, Func<string, byte[]> describe)
    {
        lock (_lock)
        {
            try
            {
                ReopenIfMoved();
                RotateIfGrown(lines.Length);
                if (_isMidLine)
                {
                    RandomAccess.Write(_file, "\n"u8, 0);
                    _isMidLine = false;
                }

                if (_lost > 0)
                {
                    Write(describe($"{Count(_lost)} could not be written: {_why}"));
                    _lost = 0;
                }

                Write(lines);
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                _lost += count;
                _why = refused.Message;
            }
        }
    }

    /// <summary>Opens the file again; where that is refused, goes on with the one that is open.</summary>
    public void Reopen()
    {
        lock (_lock)
        {
            try
            {
                TakeUp(Open(_path));
            }
            catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
            {
                // A file made for another user, or no directory: lines in the old one are better than none.
            }
        }
    }

    public void Dispose() => _file.Dispose();

    private static string Count(long lines) =>
        lines == 1 ? "a line" : string.Create(CultureInfo.InvariantCulture, $"{lines} lines");

    /// <summary>For appending: the kernel finds the end with each write, wherever it is by then.</summary>
    private static (SafeFileHandle File, FileIdentity Identity) Open(string path)
    {
        OwnDirectory.MakeFor(path);
        var descriptor = Libc.Open(
            path,
            Libc.O_WRONLY | Libc.O_CREAT | Libc.O_APPEND | Libc.O_NOCTTY | Libc.O_NONBLOCK | Libc.O_CLOEXEC,
            Mode);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw new IOException(error == Libc.ENXIO && FileIdentity.Of(path) is { IsRegular: false }
                ? "nobody reads from this pipe or socket"
                : Marshal.GetPInvokeErrorMessage(error));
        }

        // Only to open a pipe was not to be waited for.
        Libc.Block(descriptor, Libc.O_APPEND);
        var file = new SafeFileHandle(descriptor, ownsHandle: true);
        return (file, FileIdentity.Of(file) ?? default);
    }

    private void TakeUp((SafeFileHandle File, FileIdentity Identity) opened)
    {
        _file.Dispose();
        (_file, _identity) = opened;
        _nextRotation = _maxBytes;
        _isMidLine = false;
    }

    private void ReopenIfMoved()
    {
        if (_identity.IsRegular
            && FileIdentity.Of(_path) is var now
            && (now?.Inode != _identity.Inode || now?.Device != _identity.Device))
        {
            Reopen();
        }
    }

    /// <summary>The file written to keeps its name, so that `tail -F` and log shippers need to know one.</summary>
    private void RotateIfGrown(int bytes)
    {
        if (
            !_identity.IsRegular || RandomAccess.GetLength(_file) is var length && (
                length == 0 || length + bytes <= _nextRotation))
        {
            return;
        }

        try
        {
            PutAside();
            TakeUp(Open(_path));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // A directory that is not ours to change; the file is, and grows until this is tried again.
            _nextRotation = RandomAccess.GetLength(_file) + _maxBytes;
        }
    }

    /// <summary>
    /// x.log becomes x.007.log where x.006.log is the newest; the oldest beyond those kept are removed.
    /// </summary>
    private void PutAside()
    {
        var directory = Path.GetDirectoryName(_path)!;
        var (stem, extension) = (Path.GetFileNameWithoutExtension(_path), Path.GetExtension(_path));
        var archives = Directory.EnumerateFiles(directory, "*" + extension)
            .Select(path => (Path: path, Number: NumberOf(Path.GetFileName(path), stem, extension)))
            .Where(archive => archive.Number is not null)
            .OrderBy(archive => archive.Number)
            .ToList();
        var next = (archives.Count > 0 ? archives[^1].Number!.Value : 0) + 1;
        File.Move(
            _path,
            Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{stem}.{next:000}{extension}")));
        foreach (var (path, _) in archives.Take(archives.Count + 1 - MaxArchives))
        {
            File.Delete(path);
        }
    }

    private static long? NumberOf(string name, string stem, string extension) =>
        name.StartsWith(stem + ".", StringComparison.Ordinal)
        && name.Length > stem.Length + 1 + extension.Length
        && long.TryParse(
            name.AsSpan(stem.Length + 1, name.Length - stem.Length - 1 - extension.Length),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number)
            ? number
            : null;

    private void Write(ReadOnlySpan<byte> lines)
    {
        var before = _identity.IsRegular ? RandomAccess.GetLength(_file) : 0;
        try
        {
            RandomAccess.Write(_file, lines, 0);
        }
        catch (IOException)
        {
            // A full disk takes what fits.
            _isMidLine = _identity.IsRegular && RandomAccess.GetLength(_file) > before;
            throw;
        }
    }
}
