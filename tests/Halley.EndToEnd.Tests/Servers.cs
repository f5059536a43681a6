using Halley.EndToEnd.Tests;
using Halley.Testing;

// One of each for the whole run: the cases keep to channels of their own.
[assembly: AssemblyFixture(typeof(OpenServer))]
[assembly: AssemblyFixture(typeof(HastyServer))]
[assembly: AssemblyFixture(typeof(TokenServer))]

// The cases mostly wait for a process that does something else: more of them at a time than there are processors.
[assembly: CollectionBehavior(MaxParallelThreads = 8)]

namespace Halley.EndToEnd.Tests;

/// <summary>A running server that several cases share.</summary>
public abstract class SharedServer(ICometConf conf, params string[] more) : IAsyncLifetime
{
    private ICometServer? _server;

    public ICometServer Server => _server ?? throw new InvalidOperationException("Not started.");

    public ICometConf Conf => conf;

    public virtual async ValueTask InitializeAsync() => _server = await ICometServer.StartAsync(conf, more);

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }
}

/// <summary>Everybody may subscribe, and nothing times out while a case runs.</summary>
public sealed class OpenServer() : SharedServer(new ICometConf());

/// <summary>
/// Channels are forgotten after a second and silence is broken after another: for the cases about time.
/// </summary>
public sealed class HastyServer() : SharedServer(new ICometConf { ChannelTimeout = 1, PollingTimeout = 1 });

/// <summary>Subscribers need the token that /sign hands out; two of them fit into a channel.</summary>
public sealed class TokenServer() : SharedServer(new ICometConf { Auth = "token", MaxSubscribersPerChannel = 2 });
