using Halley.Server.Processes;

namespace Halley.Server.Tests.Processes;

public sealed class PidfileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly List<string> _said = [];

    private string Path => _directory.At("x.pid");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_file_holds_the_decimal_pid_and_nothing_else_lies_about()
    {
        Pidfile().Acquire(_said.Add);
        Assert.Equal("500", File.ReadAllText(Path));
        Assert.Equal([Path], Directory.GetFiles(_directory.Root));
        Assert.Empty(_said);
    }

    [Fact]
    public void Its_directory_is_made()
    {
        new Pidfile(_directory.At("run/halley/x.pid"), new FakeProcesses()).Acquire(_said.Add);
        Assert.True(File.Exists(_directory.At("run/halley/x.pid")));
    }

    [Fact]
    public void A_server_that_lives_is_not_joined_by_another()
    {
        Serve(77);
        Assert.StartsWith("already running as process 77", Refusal(Pidfile((77, "halley"))), StringComparison.Ordinal);
        Assert.Equal("77", File.ReadAllText(Path));
    }

    [Fact]
    public void A_server_in_another_container_is_not_joined_either()
    {
        Serve(500);
        Assert.Contains(
            "is held by a server that cannot be seen from here", Refusal(Pidfile()), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_server_that_happens_to_have_the_number_of_one_that_died_does_not_stand_in_the_way()
    {
        File.WriteAllText(Path, "77");
        Pidfile((77, "halley")).Acquire(_said.Add);
        Assert.Equal("500", File.ReadAllText(Path));
        Assert.Contains("stale", Assert.Single(_said), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_that_find_a_stale_file_at_once_one_serves()
    {
        File.WriteAllText(Path, "77");
        var pidfiles =
            Enumerable.Range(600, 16).Select(pid => new Pidfile(Path, new FakeProcesses { Own = pid })).ToList();
        var serving = 0;
        Parallel.ForEach(pidfiles, new ParallelOptions { MaxDegreeOfParallelism = 16 }, pidfile =>
        {
            try
            {
                pidfile.Acquire(_ => { });
                Interlocked.Increment(ref serving);
            }
            catch (PidfileException)
            {
                // Somebody else was quicker.
            }
        });
        Assert.Equal(1, serving);
        Assert.Equal([Path], Directory.GetFiles(_directory.Root));
        pidfiles.ForEach(pidfile => pidfile.Release());
        Assert.False(File.Exists(Path));
    }

    [Fact]
    public void A_link_is_not_followed_and_what_it_leads_to_stays()
    {
        var other = _directory.Write("other", "precious");
        File.CreateSymbolicLink(Path, other);
        Assert.Contains("is a link, which is not followed", Refusal(Pidfile()), StringComparison.Ordinal);
        File.Delete(other);
        Assert.Contains("is a link, which is not followed", Refusal(Pidfile()), StringComparison.Ordinal);
        Assert.False(File.Exists(other));
    }

    [Fact]
    public void A_directory_is_no_pidfile()
    {
        Directory.CreateDirectory(Path);
        Assert.EndsWith("is a directory; name a file", Refusal(Pidfile()), StringComparison.Ordinal);
    }

    [Fact]
    public void Nobody_else_may_write_it()
    {
        Pidfile().Acquire(_said.Add);
        Assert.Equal(
            UnixFileMode.None, File.GetUnixFileMode(Path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite));
    }

    [Fact]
    public void One_that_took_its_place_stays()
    {
        var pidfile = Pidfile();
        pidfile.Acquire(_said.Add);
        File.Delete(Path);
        File.WriteAllText(Path, "500");
        pidfile.Release();
        Assert.True(File.Exists(Path));
    }

    [Fact]
    public void A_process_that_lives_and_is_no_server_of_ours_refuses_too()
    {
        File.WriteAllText(Path, "1");
        Assert.Contains("process 1 (init), which is alive", Refusal(Pidfile((1, "init"))), StringComparison.Ordinal);
        Assert.Equal("1", File.ReadAllText(Path));
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("")]
    [InlineData("-5")]
    [InlineData("12 34")]
    [InlineData("99999999999")]
    public void What_is_no_pid_refuses(string text)
    {
        File.WriteAllText(Path, text);
        Assert.Contains("holds no process id", Refusal(Pidfile()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stale_file_is_replaced_and_that_is_said()
    {
        File.WriteAllText(Path, "77\n");
        Pidfile().Acquire(_said.Add);
        Assert.Equal("500", File.ReadAllText(Path));
        Assert.Contains("stale", Assert.Single(_said), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_with_our_own_pid_is_of_a_container_that_was_here_before()
    {
        File.WriteAllText(Path, "500");
        Pidfile((500, "halley")).Acquire(_said.Add);
        Assert.Equal("500", File.ReadAllText(Path));
    }

    [Fact]
    public void It_is_removed_at_the_end()
    {
        var pidfile = Pidfile();
        pidfile.Acquire(_said.Add);
        pidfile.Release();
        Assert.False(pidfile.Exists);
        pidfile.Release();
    }

    [Theory]
    [InlineData("77")]
    [InlineData("abc")]
    public void What_somebody_else_wrote_there_stays(string text)
    {
        var pidfile = Pidfile();
        pidfile.Acquire(_said.Add);
        File.WriteAllText(Path, text);
        pidfile.Release();
        Assert.Equal(text, File.ReadAllText(Path));
    }

    [Fact]
    public void A_place_that_cannot_be_written_is_said()
    {
        var file = _directory.Write("file", "");
        var pidfile = new Pidfile(System.IO.Path.Combine(file, "x.pid"), new FakeProcesses());
        Assert.StartsWith($"the pidfile {file}/x.pid cannot be written", Refusal(pidfile), StringComparison.Ordinal);
    }

    private void Serve(int pid) => new Pidfile(Path, new FakeProcesses { Own = pid }).Acquire(_said.Add);

    private Pidfile Pidfile(params (int Pid, string Program)[] alive) => new(Path, new FakeProcesses(alive));

    private string Refusal(Pidfile pidfile) =>
        Assert.Throws<PidfileException>(() => pidfile.Acquire(_said.Add)).Message;
}
