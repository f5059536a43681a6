using System.Text.Json;
using Halley.Server.Configuration;
using Halley.Server.Logging;
using Halley.Server.Workers;
using Microsoft.Extensions.Logging;

namespace Halley.Server.Tests.Logging;

public sealed class LogSinkTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Path => _directory.At("log/x.log");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_line_has_time_level_and_text_and_its_directory_is_made()
    {
        Log("info", logger => logger.LogInformation("hello"));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z INFO  LogSinkTests: hello\n$", File.ReadAllText(Path));
    }

    [Theory]
    [InlineData("trace", "TDIWEF")]
    [InlineData("debug", "DIWEF")]
    [InlineData("info", "IWEF")]
    [InlineData("warn", "WEF")]
    [InlineData("error", "EF")]
    [InlineData("fatal", "F")]
    [InlineData("none", "")]
    public void A_level_lets_through_itself_and_what_is_worse(string level, string letters)
    {
        Log(level, logger =>
        {
            logger.LogTrace("T");
            logger.LogDebug("D");
            logger.LogInformation("I");
            logger.LogWarning("W");
            logger.LogError("E");
            logger.LogCritical("F");
        });
        Assert.Equal(letters, string.Concat(File.ReadAllLines(Path).Select(line => line[^1])));
    }

    [Fact]
    public void A_message_cannot_forge_a_line()
    {
        Log("info", logger => logger.LogInformation("a\n2026 INFO b"));
        Assert.Contains("a | 2026 INFO b", Assert.Single(File.ReadAllLines(Path)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_of_json_has_what_its_message_is_made_of()
    {
        using (var log = new LogSink(Section("info", 1 << 20, "json")))
        {
            log.For<LogSinkTests>().LogWarning(Thrown(), "{ListenerName} has\n{Count} \"friends\"", "front", 3);
        }

        using var line = JsonDocument.Parse(Assert.Single(File.ReadAllLines(Path)));
        var root = line.RootElement;
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", root.GetProperty("time").GetString());
        Assert.Equal("warn", root.GetProperty("level").GetString());
        Assert.Equal("LogSinkTests", root.GetProperty("logger").GetString());
        Assert.Equal("front has\n3 \"friends\"", root.GetProperty("message").GetString());
        Assert.Equal("System.InvalidOperationException: broken", root.GetProperty("exception").GetString());
        Assert.Equal("""{"listener_name":"front","count":3}""", root.GetProperty("fields").GetRawText());
        Assert.False(root.TryGetProperty("stack", out _));
    }

    [Fact]
    public void A_line_of_json_has_nothing_else_in_its_fields()
    {
        using (var log = new LogSink(Section("info", 1 << 20, "json")))
        {
            log.For<LogSinkTests>().NotSent("Metrics", "no");
        }

        using var line = JsonDocument.Parse(Assert.Single(File.ReadAllLines(Path)));
        Assert.Equal("""{"what":"Metrics","why":"no"}""", line.RootElement.GetProperty("fields").GetRawText());
    }

    [Fact]
    public void What_a_worker_logged_has_its_fields_too()
    {
        using (var log = new LogSink(Section("info", 1 << 20, "json")))
        {
            var said = new WorkerLine(2, "Engine", "Refused ::1", [new("Client", "::1")]);
            log.For<LogSinkTests>().Log(LogLevel.Information, default, said, null, static (line, _) => line.ToString());
        }

        using var line = JsonDocument.Parse(Assert.Single(File.ReadAllLines(Path)));
        Assert.Equal("Worker 2: Engine: Refused ::1", line.RootElement.GetProperty("message").GetString());
        Assert.Equal(
            """{"worker":2,"source":"Engine","client":"::1"}""", line.RootElement.GetProperty("fields").GetRawText());
    }

    [Theory]
    [InlineData("info", false)]
    [InlineData("debug", true)]
    public void A_stack_is_for_debugging_only(string level, bool hasStack)
    {
        Log(level, logger => logger.LogError(Thrown(), "oh"));
        var text = File.ReadAllText(Path);
        Assert.Contains("System.InvalidOperationException: broken", text, StringComparison.Ordinal);
        Assert.Equal(hasStack, text.Contains(nameof(Thrown), StringComparison.Ordinal));
        Assert.Equal(hasStack, File.ReadAllLines(Path).Length > 1);
    }

    [Fact]
    public void A_file_that_has_grown_is_put_aside_and_ten_are_kept()
    {
        for (var time = 0; time < 20; time++)
        {
            Log("info", logger => logger.LogInformation("older"), rotateSize: 10);
        }

        Log("info", logger => logger.LogInformation("newest"), rotateSize: 10);
        var files = Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!);
        Assert.Equal(11, files.Length);
        Assert.All(files, file => Assert.StartsWith("x", System.IO.Path.GetFileName(file), StringComparison.Ordinal));
        Assert.Contains("newest", File.ReadAllText(Path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_moved_away_is_whole_and_a_new_one_begins()
    {
        using (var log = new LogSink(Section("info", 1 << 20)))
        {
            log.For<LogSinkTests>().LogInformation("before");
            log.Reopen();
            File.Move(Path, Path + ".old");
            log.Reopen();
            log.For<LogSinkTests>().LogInformation("after");
        }

        Assert.Contains("before", File.ReadAllText(Path + ".old"), StringComparison.Ordinal);
        Assert.Contains("after", File.ReadAllText(Path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_said_at_once()
    {
        var file = _directory.Write("file", "");
        var section = new LoggerSection { Output = System.IO.Path.Combine(file, "x.log") };
        var refusal = Assert.Throws<ConfigurationException>(() => new LogSink(section).Dispose());
        Assert.StartsWith(
            $"logger.output: {file}/x.log cannot be written: ", refusal.Message, StringComparison.Ordinal);
    }

    private void Log(string level, Action<ILogger> write, long rotateSize = 1 << 20)
    {
        using var log = new LogSink(Section(level, rotateSize));
        write(log.For<LogSinkTests>());
    }

    private LoggerSection Section(string level, long rotateSize, string format = "text") =>
        new()
        {
            Level = level,
            Format = format,
            Output = Path,
            Rotate = new LoggerSection.RotateSection { Size = rotateSize },
        };

    private static InvalidOperationException Thrown()
    {
        try
        {
            throw new InvalidOperationException("broken");
        }
        catch (InvalidOperationException thrown)
        {
            return thrown;
        }
    }
}
