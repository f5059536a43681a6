using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Halley.AspNetCore;
using Halley.AspNetCore.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Halley.TestServer;

/// <summary>
/// A server in the memory of a test, on a port of its own of the loopback address. It serves what a server's front port
/// and its HTTP API do, to whoever asks. Any thread.
/// </summary>
public sealed class HalleyTestServer : IAsyncDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(5);

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<HttpContext, byte> _underWay = new();
    private volatile bool _isAway;

    private HalleyTestServer(WebApplication app)
    {
        _app = app;
        app.Use(ServeAsync);
        app.MapHalley("/");
        app.MapHalleyApi("/api");
    }

    /// <summary>The address for subscribers, such as http://127.0.0.1:40001/.</summary>
    public Uri FrontAddress => new(
        _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>The address of the HTTP API, such as http://127.0.0.1:40001/api/.</summary>
    public Uri ApiAddress => new(FrontAddress, "api/");

    /// <summary>The channels, for the test itself: publishes, listens, says who is there.</summary>
    public IHalley Halley => _app.Services.GetRequiredService<IHalley>();

    /// <summary>
    /// Whether the server is away: connections were cut, and requests are refused with 503. Default no.
    /// </summary>
    public bool IsAway
    {
        get => _isAway;
        set
        {
            _isAway = value;
            if (value)
            {
                CutConnections();
            }
        }
    }

    /// <summary>Starts a server.</summary>
    /// <param name="configure">The options of its channels.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is not right.</exception>
    public static async Task<HalleyTestServer> StartAsync(Action<HalleyOptions>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddHalley(configure);
        var app = builder.Build();
        try
        {
            var server = new HalleyTestServer(app);
            await app.StartAsync().ConfigureAwait(false);
            return server;
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Completes when a channel has a number of subscribers, or more.</summary>
    /// <exception cref="OperationCanceledException">It has taken too long for whoever waits.</exception>
    public async Task WaitForSubscribersAsync(string channel, int count, CancellationToken cancellation = default)
    {
        while (Halley.CountSubscribers(channel) < count)
        {
            await Task.Delay(BetweenLooks, TimeProvider.System, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Cuts every connection, as a network does that fails. Clients may come back at once.</summary>
    public void CutConnections()
    {
        foreach (var (context, _) in _underWay)
        {
            context.Abort();
        }
    }

    /// <summary>
    /// Cuts every connection and forgets the messages of a channel, as a restart does: its subscribers are told so when
    /// they come back.
    /// </summary>
    /// <returns>Whether there was such a channel.</returns>
    public bool Forget(string channel)
    {
        // Nobody is to hear that the channel was closed, which an operator does.
        var wasAway = IsAway;
        IsAway = true;
        var wasThere = _app.Services.GetRequiredService<HalleyHost>()
            .Hub.Close(Encoding.UTF8.GetBytes(channel), out _);
        IsAway = wasAway;
        return wasThere;
    }

    /// <summary>Ends the server, and every connection to it.</summary>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task ServeAsync(HttpContext context, RequestDelegate next)
    {
        _underWay.TryAdd(context, 0);
        try
        {
            // Looked at when it is listed: one that comes while the server goes is cut, or refused.
            if (_isAway)
            {
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                return;
            }

            await next(context).ConfigureAwait(false);
        }
        finally
        {
            _underWay.TryRemove(context, out _);
        }
    }
}
