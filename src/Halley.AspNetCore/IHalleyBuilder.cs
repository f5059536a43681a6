using Halley.Broker;
using Microsoft.Extensions.DependencyInjection;

namespace Halley.AspNetCore;

/// <summary>Says more of an application's channels while services are added.</summary>
public interface IHalleyBuilder
{
    /// <summary>Those of the application.</summary>
    IServiceCollection Services { get; }

    /// <summary>
    /// Has the channels sequenced and kept elsewhere than in the memory of this process; packages such as
    /// Halley.AspNetCore.Redis call it.
    /// </summary>
    /// <param name="make">Called once, before anything is mapped or published.</param>
    /// <exception cref="InvalidOperationException">The channels lie elsewhere already.</exception>
    IHalleyBuilder UseBroker(Func<IServiceProvider, HostedBrokerFactory> make);
}

/// <summary>Makes the broker of an application.</summary>
/// <param name="hub">Nothing has happened in it yet.</param>
/// <param name="limits">Those of the application's channels.</param>
public delegate IHostedBroker HostedBrokerFactory(Hub hub, HubOptions limits);

/// <summary>
/// A broker for as long as the application runs. Disposed of when everything is over that uses it, before the hub is.
/// </summary>
public interface IHostedBroker : IAsyncDisposable
{
    IBroker Broker { get; }

    /// <summary>
    /// The reason why channels cannot be used now, a sentence for operators; null where they can. Any thread.
    /// </summary>
    string? Error { get; }

    /// <summary>
    /// Begins, before the application takes requests. A broker that cannot be reached yet is no failure, but
    /// <see cref="Error"/>.
    /// </summary>
    Task StartAsync(CancellationToken cancellation);
}
