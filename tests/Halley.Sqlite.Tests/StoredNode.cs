using System.Diagnostics;
using Halley.Specifications;
using Halley.Testing.Doubles;
using Microsoft.Extensions.Logging.Abstractions;

namespace Halley.Sqlite.Tests;

/// <summary>One process over a directory of its own, or of another that has ended.</summary>
public sealed class StoredNode : SharedChannels
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ManualDispatcher _dispatcher = new();
    private readonly Hub _hub;
    private readonly bool _ownsDirectory;

    /// <param name="change">What a test wants different.</param>
    public StoredNode(
        Durability durability = Durability.Disk,
        HubOptions? limits = null,
        StoredNode? after = null,
        Func<SqliteOptions, SqliteOptions>? change = null)
        : this((change ?? (static options => options))(new SqliteOptions
        {
            Directory = after?.Options.Directory ?? Path.Combine(
                Path.GetTempPath(), $"halley-sqlite-{Environment.ProcessId}-{Guid.NewGuid():N}"),
            Durability = durability,
            Limits = limits ?? after?.Options.Limits ?? SharedChannels.Limits,
        }), after?.Time)
    {
        _ownsDirectory = after is null;
    }

    public StoredNode(SqliteOptions options, ManualTime? time = null)
    {
        Options = options;
        Time = time ?? new ManualTime();
        _hub = new Hub(options.Limits, Time);
        Broker = new SqliteBroker(_hub, options, Time, NullLogger.Instance);
    }

    public SqliteOptions Options { get; }

    public ManualTime Time { get; }

    public SqliteBroker Broker { get; }

    public string File => Path.Combine(Options.Directory, Database.FileName);

    public override Hub HubOf(int process) => _hub;

    public override ManualDispatcher DispatcherOf(int process) => _dispatcher;

    public override async Task Until(Func<bool> condition, string what)
    {
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            // What was posted before is done when this is.
            await Broker.Count();
            _dispatcher.RunAll();
            if (condition())
            {
                return;
            }

            Assert.True(waiting.Elapsed < Patience, what);
            await Task.Yield();
        }
    }

    public override async Task Settle()
    {
        for (var i = 0; i < 3; i++)
        {
            await Broker.Count();
            _dispatcher.RunAll();
        }
    }

    public override async Task Pass(int seconds)
    {
        for (var i = 0; i < seconds; i++)
        {
            Time.AdvanceSeconds(1);
            await Settle();
        }
    }

    /// <summary>Ends as a process does that is asked to.</summary>
    public void End()
    {
        Broker.Dispose();
        _hub.Dispose();
    }

    public override void Dispose()
    {
        End();
        if (_ownsDirectory)
        {
            Directory.Delete(Options.Directory, recursive: true);
        }
    }
}
