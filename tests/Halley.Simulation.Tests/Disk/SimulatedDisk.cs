using SQLitePCL;

namespace Halley.Simulation.Tests.Disk;

/// <summary>
/// A disk in memory under the real SQLite. It fills up, refuses to read, write or sync, and dies with what was not
/// synced. One thread's.
/// </summary>
internal sealed class SimulatedDisk
{
    private readonly Dictionary<string, DiskFile> _files = [];

    public SimulatedDisk(int seed) => Dice = new Random(seed);

    public Random Dice { get; }

    /// <summary>Counts the processes that had this disk: one that was killed writes nothing any more.</summary>
    public int Life { get; private set; }

    /// <summary>What SQLite is told instead of being served; 0 while the disk is well.</summary>
    public int Fault { get; private set; }

    /// <summary>Whether the fault concerns reading, too.</summary>
    public bool FailsToRead { get; private set; }

    /// <summary>How many more writes and syncs the process lives to see; null for any number.</summary>
    public int? WritesToLive { get; set; }

    /// <summary>How many more writes and syncs succeed before <see cref="Fault"/> sets in.</summary>
    public int WritesToFault { get; private set; }

    /// <summary>Lets the disk fail after some more writes.</summary>
    /// <param name="fault">SQLite's code: what the operating system would say.</param>
    public void Fail(int fault, int after, bool readsToo)
    {
        (Fault, WritesToFault, FailsToRead) = (fault, after, readsToo);
    }

    public void Heal() => (Fault, FailsToRead) = (0, false);

    /// <summary>The process is killed: what it wrote is there. Or the power goes, and some of it is not.</summary>
    public void Kill(bool losesPower)
    {
        Life++;
        WritesToLive = null;
        if (losesPower)
        {
            foreach (var file in _files.Values)
            {
                file.LosePower(Dice);
            }
        }
    }

    public bool Has(string path) => _files.ContainsKey(path);

    public void Delete(string path) => _files.Remove(path);

    public DiskFile Open(string path)
    {
        if (!_files.TryGetValue(path, out var file))
        {
            _files.Add(path, file = new DiskFile());
        }

        return file;
    }

    /// <summary>What SQLite is told of a read.</summary>
    public int OnRead(int life) =>
        life != Life ? raw.SQLITE_IOERR : FailsToRead && WritesToFault == 0 ? Fault : raw.SQLITE_OK;

    /// <summary>What SQLite is told of a write or a sync.</summary>
    public int OnWrite(int life)
    {
        if (life != Life)
        {
            return raw.SQLITE_IOERR;
        }

        if (WritesToLive is { } left)
        {
            WritesToLive = left - 1;
            if (left <= 0)
            {
                return raw.SQLITE_IOERR;
            }
        }

        if (Fault != 0 && WritesToFault > 0)
        {
            WritesToFault--;
            return raw.SQLITE_OK;
        }

        return Fault;
    }
}
