using System.Runtime.Versioning;
using Halley.Testing.Doubles;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Halley.Sqlite.Tests;

/// <summary>A directory or a file that cannot be used is refused at the start, in a sentence.</summary>
public sealed class UnusableFileTests : IDisposable
{
    private readonly string _directory =
        Directory.CreateTempSubdirectory("halley-sqlite-").FullName;

    private string DatabaseFile => Path.Combine(_directory, "halley.db");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_directory_that_another_server_has_is_refused()
    {
        using var hub = new Hub(new HubOptions(), new ManualTime());
        using (Open(hub))
        {
            Assert.Equal(
                $"{_directory} (storage.path) belongs to a server that runs; each needs a directory of its own",
                Refused());
        }

        using var next = Open(hub);
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_refused()
    {
        File.WriteAllText(Path.Combine(_directory, "file"), "");

        Assert.StartsWith(
            $"{_directory}/file/data (storage.path) cannot be written to: ",
            Refused(Path.Combine(_directory, "file", "data")), StringComparison.Ordinal);
    }

    [Fact]
    [SupportedOSPlatform("linux")]
    public void What_is_stored_is_its_owners_alone()
    {
        using var hub = new Hub(new HubOptions(), new ManualTime());
        using var broker = Open(hub);
        Assert.All(
            Directory.GetFiles(_directory, "halley.db*"),
            file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public void What_a_later_version_wrote_is_refused()
    {
        using (var hub = new Hub(new HubOptions(), new ManualTime()))
        using (Open(hub))
        {
        }

        Execute("PRAGMA user_version = 3");

        Assert.Equal(
            $"{DatabaseFile} (storage.path) was written by a later version of Halley (schema 3, this one knows 2); "
                + "run that one, or give another directory",
            Refused());
    }

    [Fact]
    public void What_an_earlier_version_wrote_is_used_and_remembers_details_from_then_on()
    {
        using (var hub = new Hub(new HubOptions(), new ManualTime()))
        using (Open(hub))
        {
        }

        Execute("ALTER TABLE message DROP COLUMN details");
        Execute("PRAGMA user_version = 1");
        for (var i = 0; i < 2; i++)
        {
            using var hub = new Hub(new HubOptions(), new ManualTime());
            using var broker = Open(hub);
        }

        Execute("INSERT INTO message VALUES (1, 1, 1, 0, 256, NULL, NULL, NULL, x'00', x'01')");
    }

    [Fact]
    public void The_database_of_another_program_is_refused()
    {
        Execute("CREATE TABLE other (id INTEGER)");

        Assert.Equal($"{DatabaseFile} (storage.path) is not Halley's; give another directory", Refused());
    }

    [Fact]
    public void What_is_no_database_is_refused()
    {
        File.WriteAllText(DatabaseFile, new string('x', 10_000));

        Assert.Equal(
            $"{DatabaseFile} (storage.path) cannot be used: it is no database, or damaged; restore a backup, or put "
                + "the directory aside",
            Refused());
    }

    [Fact]
    public void A_file_that_was_cut_off_is_refused()
    {
        using (var hub = new Hub(new HubOptions(), new ManualTime()))
        using (Open(hub))
        {
        }

        using (var file = File.OpenWrite(DatabaseFile))
        {
            file.SetLength(file.Length / 2 / 4096 * 4096);
        }

        Assert.Equal(
            $"{DatabaseFile} (storage.path) cannot be used: it is damaged; restore a backup, or put the directory "
                + "aside and begin with an empty one",
            Refused());
    }

    private static SqliteBroker Open(Hub hub, string directory) => new(
        hub, new SqliteOptions { Directory = directory }, new ManualTime(), NullLogger.Instance);

    private SqliteBroker Open(Hub hub) => Open(hub, _directory);

    private string Refused(string? directory = null)
    {
        using var hub = new Hub(new HubOptions(), new ManualTime());
        return Assert.Throws<StorageException>(() => Open(hub, directory ?? _directory)).Message;
    }

    private void Execute(string sql)
    {
        using var file = new SqliteConnection($"Data Source={DatabaseFile};Pooling=False");
        file.Open();
        using var command = file.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
