using Halley.AspNetCore;
using Halley.AspNetCore.Redis;
using Halley.Redis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Has an application's channels in Redis.</summary>
public static class HalleyRedisBuilderExtensions
{
    /// <summary>
    /// Has the channels sequenced and kept in Redis, where all processes with the same prefix share them.
    /// </summary>
    /// <param name="configuration">
    /// As StackExchange.Redis reads it, such as <c>127.0.0.1:6379,password=…,ssl=true</c>.
    /// </param>
    /// <param name="configure">Further options; what is not right stops the start with what would be.</param>
    /// <exception cref="ArgumentException">The configuration cannot be read.</exception>
    /// <exception cref="InvalidOperationException">The channels lie elsewhere already.</exception>
    public static IHalleyBuilder UseRedis(
        this IHalleyBuilder builder, string configuration, Action<HalleyRedisOptions>? configure = null)
    {
        var connection = ConfigurationOptions.Parse(configuration);
        var options = builder.Services
            .AddOptions<HalleyRedisOptions>()
            .Configure(options => options.Connection = connection)
            .ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<HalleyRedisOptions>, RedisOptionsCheck>());
        return builder.UseBroker(services => (hub, limits) => new HostedRedis(
            hub,
            services.GetRequiredService<IOptions<HalleyRedisOptions>>().Value,
            limits,
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<RedisBroker>>()));
    }
}
