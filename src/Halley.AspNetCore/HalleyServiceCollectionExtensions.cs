using Halley.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds Halley to an application.</summary>
public static class HalleyServiceCollectionExtensions
{
    /// <summary>
    /// Adds channels to the application, in its own process: inject <see cref="Halley.AspNetCore.IHalley"/> to publish,
    /// and map where browsers subscribe. They live in its memory, unless a package says otherwise: UseSqlite has them
    /// outlive the process, UseRedis shares them among several.
    /// </summary>
    /// <param name="configure">Options; what is not right stops the application's start with what would be.</param>
    public static Halley.AspNetCore.IHalleyBuilder AddHalley(
        this IServiceCollection services, Action<Halley.AspNetCore.HalleyOptions>? configure = null)
    {
        var options = services.AddOptions<Halley.AspNetCore.HalleyOptions>().ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        services.TryAddEnumerable(
            ServiceDescriptor
                .Singleton<Options.IValidateOptions<Halley.AspNetCore.HalleyOptions>, HalleyOptionsCheck>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<HalleyHost>();
        services.TryAddSingleton<Halley.AspNetCore.IHalley, LocalHalley>();
        services.AddHostedService<HalleyStart>();
        return new HalleyBuilder(services);
    }

    /// <summary>
    /// Adds a check that is unhealthy from when the application stops, and while its channels cannot be used, since
    /// Redis cannot be reached, say.
    /// </summary>
    public static IHealthChecksBuilder AddHalley(this IHealthChecksBuilder builder) =>
        builder.AddCheck<HalleyHealth>("halley");

    private sealed class HalleyHealth(IHostApplicationLifetime lifetime, HalleyHost host) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(
            HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            var data = new Dictionary<string, object>
            {
                ["channels"] = host.Hub.ChannelCount,
                ["subscribers"] = host.Hub.ReceiverCount,
            };
            var error = lifetime.ApplicationStopping.IsCancellationRequested
                ? "The application stops; subscribers come back elsewhere."
                : host.Error;
            return Task.FromResult(error is null
                ? HealthCheckResult.Healthy(data: data)
                : HealthCheckResult.Unhealthy(error, data: data));
        }
    }
}
