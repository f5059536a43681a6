using System.Net;
using System.Security.Claims;
using System.Text;
using System.Text.Encodings.Web;
using Halley.AspNetCore.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Halley.AspNetCore.Tests;

/// <summary>A stranger's application on a real server, with users by a field of the request.</summary>
internal sealed class App : IAsyncDisposable
{
    private readonly WebApplication _app;

    private App(WebApplication app) => _app = app;

    public IHalley Halley => _app.Services.GetRequiredService<IHalley>();

    /// <summary>Ends a channel, as iComet's /close does.</summary>
    public void Close(string channel) =>
        _app.Services.GetRequiredService<HalleyHost>().Hub.Close(Encoding.UTF8.GetBytes(channel), out _);

    public IHostApplicationLifetime Lifetime => _app.Lifetime;

    public IPEndPoint Address => IPEndPoint.Parse(new Uri(
        _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First())
        .Authority);

    public Uri Url(string path) => new($"http://{Address}{path}");

    /// <param name="conventions">What is required of <c>/push</c>.</param>
    /// <param name="channels">Says where the channels lie.</param>
    /// <param name="map">Maps what it has besides.</param>
    public static async Task<App> StartAsync(
        Action<HalleyOptions>? configure = null,
        HttpProtocols protocols = HttpProtocols.Http1,
        Action<IEndpointConventionBuilder>? conventions = null,
        string? pathBase = null,
        Action<IHalleyBuilder>? channels = null,
        Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(
            kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocols));
        var halley = builder.Services.AddHalley(configure);
        channels?.Invoke(halley);
        builder.Services.AddHealthChecks().AddHalley();
        builder.Services.AddAuthentication("field").AddScheme<AuthenticationSchemeOptions, ByField>("field", null);
        builder.Services.AddAuthorizationBuilder()
            .AddPolicy("broken", policy => policy.RequireAssertion(
                bool (_) => throw new InvalidOperationException("The database is away.")))
            .AddPolicy("own", policy => policy.RequireAssertion(context =>
                context.Resource is HalleyChannel channel
                && channel.Name == "of-" + context.User.FindFirstValue(ClaimTypes.NameIdentifier)));
        var app = builder.Build();
        if (pathBase is not null)
        {
            app.UsePathBase(pathBase);
            app.UseRouting();
        }

        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealthChecks("/health");
        var push = app.MapHalley("/push");
        conventions?.Invoke(push);
        app.MapHalleyApi("/push-api").RequireAuthorization();
        map?.Invoke(app);
        await app.StartAsync();
        return new App(app);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    /// <summary>Who is named in X-User is that user.</summary>
    private sealed class ByField(
        IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var name = Request.Headers["X-User"].ToString();
            if (name.Length == 0)
            {
                return Task.FromResult(AuthenticateResult.NoResult());
            }

            var identity = new ClaimsIdentity([new Claim(ClaimTypes.NameIdentifier, name)], "field");
            return Task.FromResult(
                AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), "field")));
        }
    }
}
