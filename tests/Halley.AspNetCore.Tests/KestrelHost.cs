using System.Net;
using System.Text;
using Halley.AspNetCore.Hosting;
using Halley.Protocol;
using Halley.Specifications.Hosts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Halley.AspNetCore.Tests;

/// <summary>Kestrel as a host under test, as the server's ports with TLS have it, but without that.</summary>
internal sealed class KestrelHost(WebApplication app, Exchanges exchanges) : IHost
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(60);

    private bool _isStopped;

    public IPEndPoint EndPoint { get; } = IPEndPoint.Parse(new Uri(
        app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First())
        .Authority);

    public static async Task<IHost> StartAsync(HostSetup setup, IRequestHandler handler)
    {
        var exchanges = new Exchanges(
            1000, 256 << 20, setup.MaxUnfinishedBytes, setup.Time, NullLogger<KestrelHost>.Instance);
        var bodies = new BodyReceiver(exchanges, RequestTimeout);
        var options = new ExchangeOptions(setup.MaxQueuedBytes)
        {
            MaxMessageBytes = setup.MaxBodyBytes,
            MessageTimeout = RequestTimeout,
            AnswersOrigins = true,
        };
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.AddServerHeader = false;
            kestrel.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.ResponseHeaderEncodingSelector = _ => Encoding.Latin1;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
        });
        var app = builder.Build();
        ((IApplicationBuilder)app).Run(
            context => exchanges.ServeAsync(context, handler, options, bodies, setup.MaxBodyBytes));
        await app.StartAsync();
        return new KestrelHost(app, exchanges);
    }

    public Task DrainAsync(TimeSpan within) => exchanges.DrainAsync(within, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        if (_isStopped)
        {
            return;
        }

        _isStopped = true;
        exchanges.Stop();
        using var atOnce = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(atOnce.Token);
        await app.DisposeAsync();
        exchanges.Dispose();
    }
}
