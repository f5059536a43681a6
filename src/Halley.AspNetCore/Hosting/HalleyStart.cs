using Microsoft.Extensions.Hosting;

namespace Halley.AspNetCore.Hosting;

/// <summary>Begins with the application: channels are there before its first request.</summary>
internal sealed class HalleyStart(HalleyHost host) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => host.StartAsync(cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
