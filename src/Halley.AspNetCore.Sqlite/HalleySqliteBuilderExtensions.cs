using Halley.AspNetCore;
using Halley.AspNetCore.Sqlite;
using Halley.Sqlite;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Keeps an application's channels in a file.</summary>
public static class HalleySqliteBuilderExtensions
{
    /// <summary>Has the channels kept in a file, so that they outlive the process.</summary>
    /// <param name="directory">The directory of the file; see <see cref="HalleySqliteOptions.Directory"/>.</param>
    /// <param name="configure">Further options; what is not right stops the start with what would be.</param>
    /// <remarks>
    /// A directory that cannot be used, or that another process has, stops the start with a
    /// <see cref="StorageException"/> that says why.
    /// </remarks>
    /// <exception cref="InvalidOperationException">The channels lie elsewhere already.</exception>
    public static IHalleyBuilder UseSqlite(
        this IHalleyBuilder builder, string directory, Action<HalleySqliteOptions>? configure = null)
    {
        var options = builder.Services
            .AddOptions<HalleySqliteOptions>()
            .Configure(options => options.Directory = directory)
            .ValidateOnStart();
        if (configure is not null)
        {
            options.Configure(configure);
        }

        builder.Services.TryAddEnumerable(
            ServiceDescriptor.Singleton<IValidateOptions<HalleySqliteOptions>, SqliteOptionsCheck>());
        return builder.UseBroker(services => (hub, limits) => new HostedSqlite(
            hub,
            services.GetRequiredService<IOptions<HalleySqliteOptions>>().Value,
            limits,
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILogger<SqliteBroker>>()));
    }
}
