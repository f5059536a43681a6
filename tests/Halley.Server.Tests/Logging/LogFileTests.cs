using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Halley.Server.Logging;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

namespace Halley.Server.Tests.Logging;

/// <summary>What operators, their tools and full disks do to a log file while it is written.</summary>
public sealed class LogFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string At => _directory.At("log/x.log");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Lines_follow_what_was_there()
    {
        _directory.Write("log/x.log", "zero\n");
        using var log = new LogFile(At, long.MaxValue);
        Append(log, "one", "two");
        Assert.Equal("zero\none\ntwo\n", File.ReadAllText(At));
    }

    [Fact]
    public void A_log_that_is_cut_to_nothing_begins_at_its_beginning()
    {
        using var log = new LogFile(At, long.MaxValue);
        Append(log, "before");
        using (var cut = new FileStream(At, FileMode.Open))
        {
            cut.SetLength(0);
        }

        Append(log, "after");
        Assert.Equal("after\n", File.ReadAllText(At));
    }

    [Fact]
    public void What_others_append_is_not_written_over()
    {
        using var log = new LogFile(At, long.MaxValue);
        Append(log, "ours");
        File.AppendAllText(At, "theirs\n");
        Append(log, "ours");
        Assert.Equal("ours\ntheirs\nours\n", File.ReadAllText(At));
    }

    [Fact]
    public void A_log_that_is_moved_away_is_begun_anew_without_a_word_to_the_server()
    {
        using var log = new LogFile(At, long.MaxValue);
        Append(log, "before");
        File.Move(At, At + ".1");
        Append(log, "after");
        Assert.Equal(("before\n", "after\n"), (File.ReadAllText(At + ".1"), File.ReadAllText(At)));
    }

    [Fact]
    public void A_log_that_is_moved_away_and_made_anew_is_found()
    {
        using var log = new LogFile(At, long.MaxValue);
        Append(log, "before");
        File.Move(At, At + ".1");
        File.WriteAllText(At, "");
        Append(log, "after");
        Assert.Equal(("before\n", "after\n"), (File.ReadAllText(At + ".1"), File.ReadAllText(At)));
    }

    [Fact]
    public void A_log_whose_directory_is_removed_gets_another()
    {
        using var log = new LogFile(At, long.MaxValue);
        Directory.Delete(_directory.At("log"), recursive: true);
        Append(log, "after");
        Assert.Equal("after\n", File.ReadAllText(At));
    }

    [Fact]
    public void What_cannot_be_opened_again_is_written_where_it_was()
    {
        using var log = new LogFile(At, long.MaxValue);
        File.Move(At, At + ".1");
        Directory.CreateDirectory(At);
        Append(log, "one");
        log.Reopen();
        Append(log, "two");
        Assert.Equal("one\ntwo\n", File.ReadAllText(At + ".1"));
    }

    [Fact]
    public void Nobody_else_may_write_it_and_the_umask_may_take_more()
    {
        var umask = SetUmask(0);
        try
        {
            new LogFile(At, long.MaxValue).Dispose();
            _ = SetUmask(0b000_010_111);
            new LogFile(At + "2", long.MaxValue).Dispose();
        }
        finally
        {
            _ = SetUmask(umask);
        }

        Assert.Equal((UnixFileMode)0b110_100_100, File.GetUnixFileMode(At));
        Assert.Equal((UnixFileMode)0b110_100_000, File.GetUnixFileMode(At + "2"));
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(_directory.At("log")));
    }

    [Fact]
    public void A_full_disk_costs_lines_and_nothing_else()
    {
        using var full = new LogFile("/dev/full", long.MaxValue);
        Append(full, "lost");
        Append(full, "lost too");
    }

    [Fact]
    public void What_was_lost_is_told_once_lines_can_be_written_again()
    {
        _directory.Write("log/disk", "");
        File.CreateSymbolicLink(At, "/dev/full");
        using var log = new LogFile(At, long.MaxValue);
        Append(log, "lost", "lost too");
        File.Delete(At);
        log.Reopen();
        Append(log, "after");
        Assert.Equal(
            "2 lines could not be written: No space left on device", File.ReadAllLines(At)[0].Split(" : '")[0]);
        Assert.Equal("after", File.ReadAllLines(At)[1]);
    }

    [Fact]
    public async Task A_pipe_that_nobody_reads_is_refused_and_not_waited_for()
    {
        using (var make = Process.Start("mkfifo", [_directory.At("pipe")]))
        {
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(
            "nobody reads from this pipe or socket",
            Assert.Throws<IOException>(() => new LogFile(_directory.At("pipe"), long.MaxValue)).Message);
    }

    [Fact]
    public void A_log_that_cannot_be_put_aside_grows()
    {
        using var log = new LogFile(At, 10);
        Directory.CreateDirectory(_directory.At("log/x.001.log"));
        Append(log, "one two three");
        Append(log, "four");
        Append(log, "five");
        Assert.Equal("one two three\nfour\nfive\n", File.ReadAllText(At));
    }

    [Fact]
    public void The_newest_archive_has_the_highest_number()
    {
        using var log = new LogFile(At, 10);
        for (var line = 0; line < 13; line++)
        {
            Append(log, $"line number {line}");
        }

        Assert.Equal(
            ["x.003.log", .. Enumerable.Range(4, 9).Select(number => $"x.{number:000}.log"), "x.log"],
            Directory.GetFiles(_directory.At("log")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal("line number 11\n", File.ReadAllText(_directory.At("log/x.012.log")));
    }

    private static void Append(LogFile log, params string[] lines) =>
        log.Append(
            Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))),
            lines.Length,
            trouble => Encoding.UTF8.GetBytes(trouble + "\n"));

    [DllImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetUmask(int mask);
}
