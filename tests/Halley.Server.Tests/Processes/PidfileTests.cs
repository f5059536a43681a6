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
        File.WriteAllText(Path, "77");
        Assert.StartsWith("already running as process 77", Refusal(Pidfile((77, "halley"))), StringComparison.Ordinal);
        Assert.Equal("77", File.ReadAllText(Path));
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

    private Pidfile Pidfile(params (int Pid, string Program)[] alive) => new(Path, new FakeProcesses(alive));

    private string Refusal(Pidfile pidfile) => Assert.Throws<PidfileException>(() => pidfile.Acquire(_said.Add)).Message;
}
