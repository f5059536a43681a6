namespace Halley.Sqlite.Tests;

/// <summary>What is written of what was done while nothing could be written.</summary>
public sealed class UnitTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("halley-sqlite-");
    private readonly Database _database;
    private readonly Unit _unit;
    private readonly List<string> _written = [];

    public UnitTests()
    {
        _database = new Database(new SqliteOptions { Directory = _directory.FullName });
        _unit = new Unit(_database, new StorageState(), tellsFirst: false);
    }

    public void Dispose()
    {
        _database.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public void What_was_put_off_is_written_with_what_is_done_next()
    {
        Postpone("created", fails: false);

        _unit.Commit(static _ => true);

        Assert.Equal(["created"], _written);
    }

    [Fact]
    public void What_was_put_off_by_who_then_failed_is_never_written_and_what_others_put_off_is()
    {
        Postpone("created", fails: false);
        Postpone("created for nobody", fails: true);

        _unit.Commit(static _ => true);

        Assert.Equal(["created"], _written);
    }

    private void Postpone(string what, bool fails)
    {
        _unit.Postpone();
        _unit.Do(() => _written.Add(what));
        if (fails)
        {
            _unit.ForgetPostponed();
        }

        _unit.EndPostponing();
    }
}
