using Microsoft.Extensions.DependencyInjection;

namespace Halley.AspNetCore.Hosting;

/// <inheritdoc cref="IHalleyBuilder"/>
internal sealed class HalleyBuilder(IServiceCollection services) : IHalleyBuilder
{
    /// <inheritdoc/>
    public IServiceCollection Services => services;

    /// <inheritdoc/>
    public IHalleyBuilder UseBroker(Func<IServiceProvider, HostedBrokerFactory> make)
    {
        if (services.Any(service => service.ServiceType == typeof(HostedBrokerFactory)))
        {
            throw new InvalidOperationException(
                "The channels of an application lie in one place: leave all but one of UseRedis, UseSqlite and "
                    + "UseBroker out.");
        }

        services.AddSingleton(make);
        return this;
    }
}
