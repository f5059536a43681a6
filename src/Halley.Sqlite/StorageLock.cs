using System.Globalization;
using System.Text;

namespace Halley.Sqlite;

/// <summary>
/// One server's hold on a directory. A lock on a file of its own, so that others may still read the database, to back
/// it up; the system drops it when the process ends, however it ends.
/// </summary>
internal sealed class StorageLock : IDisposable
{
    // EWOULDBLOCK: somebody else has the lock.
    private const int WouldBlock = 11;

    private readonly FileStream _file;

    /// <param name="directory">Created where there is none, for its owner alone.</param>
    /// <exception cref="StorageException">It cannot be written to, or another server has it.</exception>
    public StorageLock(string directory)
    {
        var path = Path.Combine(directory, "halley.lock");
        try
        {
            Create(directory);
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            _file.SetLength(0);
            _file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n"));
            _file.Flush();
        }
        catch (IOException held) when (held.HResult == WouldBlock)
        {
            throw new StorageException(
                $"{directory} (storage.path) belongs to a server that runs; each needs a directory of its own", held);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            _file?.Dispose();
            throw new StorageException($"{directory} (storage.path) cannot be written to: {refused.Message}", refused);
        }
    }

    public void Dispose() => _file.Dispose();

    private static void Create(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(
                directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
