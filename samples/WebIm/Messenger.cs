using Microsoft.AspNetCore.DataProtection;
using WebIm.Api;
using WebIm.Comet;
using WebIm.Data;

namespace WebIm;

/// <summary>
/// The messenger, put together: what it consists of, what each request goes through, and where it leads.
/// </summary>
public static class Messenger
{
    /// <summary>
    /// Bytes. Enough that a message which is far too long is answered with a sentence rather than with a closed
    /// connection.
    /// </summary>
    private const long LargestRequest = 2_000_000;

    /// <param name="configure">Replaces services; for tests.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var options = builder.Configuration.Get<MessengerOptions>() ?? new MessengerOptions();
        builder.WebHost.UseUrls(options.Listen);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = LargestRequest);
        // Keys lie beside the database, readable for whoever may read that; requests are not worth a line each.
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
            .AddFilter("System.Net.Http.HttpClient", LogLevel.Warning);

        AddServices(builder.Services, options);
        configure?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseMiddleware<Sentences>();
        app.UseMiddleware<PageSafety>();
        app.UseDefaultFiles();
        // Asked for again each time, answered with 304: a page never mixes scripts of two versions.
        app.UseStaticFiles(new StaticFileOptions
        {
            OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "no-cache",
        });
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseRateLimiter();
        app.MapAccounts();
        app.MapChannel();
        app.MapConversations();
        app.MapMessages();
        app.Map("/api/{**rest}", () => { throw new Refusal(404, "There is nothing here."); });
        app.Lifetime.ApplicationStarted.Register(() => app.Logger.Serving(app.Urls));
        return app;
    }

    private static void AddServices(IServiceCollection services, MessengerOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new Database(options.Data));
        services.AddSingleton<Accounts>()
            .AddSingleton<Conversations>()
            .AddSingleton<Messages>()
            .AddSingleton<Channels>();

        // The presence feed lasts; commands have their own limit.
        services.AddHttpClient<HalleyAdmin>(http => http.Timeout = Timeout.InfiniteTimeSpan);
        services.AddSingleton<Liveness>().AddSingleton<Publisher>().AddSingleton<PresenceFeed>();
        services.AddHostedService<HalleyProcess>();
        services.AddHostedService(all => all.GetRequiredService<PresenceFeed>());
        services.AddHostedService(all => all.GetRequiredService<Publisher>());

        services.AddDataProtection().SetApplicationName("WebIm").PersistKeysToFileSystem(
            new DirectoryInfo(Path.Combine(options.Data, "keys")));
        services.AddSessionCookie(options);
        services.AddRateLimits(options);
        // Sentences says what was wrong.
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
    }
}
