using Halley.Broker;
using Halley.Sqlite;
using Microsoft.Extensions.Logging;

namespace Halley.AspNetCore.Sqlite;

/// <summary>The broker over a file for as long as the application runs.</summary>
/// <param name="limits">Those of the channels.</param>
internal sealed class HostedSqlite(
    Hub hub, HalleySqliteOptions options, HubOptions limits, TimeProvider time, ILogger<SqliteBroker> logger)
    : IHostedBroker
{
    private readonly SqliteBroker _broker = new(
        hub,
        new SqliteOptions
        {
            Directory = Path.GetFullPath(options.Directory),
            Durability = options.Durability,
            MaxWaitingBytes = options.MaxWaitingBytes,
            Limits = limits,
        },
        time,
        logger);

    /// <inheritdoc/>
    public IBroker Broker => _broker;

    /// <inheritdoc/>
    public string? Error => _broker.Error;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _broker.Dispose();
        return default;
    }
}
