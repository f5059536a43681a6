using System.Net;
using Halley.Protocol;
using Halley.Protocol.Dialects.IComet;

namespace Halley.Specifications.Hosts;

/// <summary>A host on a free port of loopback, in the test's own process.</summary>
public interface IHost : IAsyncDisposable
{
    IPEndPoint EndPoint { get; }

    /// <summary>Ends what is held evenly over a time, for its clients to come back.</summary>
    Task DrainAsync(TimeSpan within);
}

/// <summary>Starts a host that has one handler answer every request.</summary>
public delegate Task<IHost> HostStart(HostSetup setup, IRequestHandler handler);

/// <summary>The wishes of a test that differ from the defaults.</summary>
public sealed record HostSetup
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>A handler in place of the dialects; null for these.</summary>
    public IRequestHandler? Handler { get; init; }

    public Action<HubOptions>? Channels { get; init; }

    public Action<ICometOptions>? IComet { get; init; }

    /// <summary>The bytes that may wait for a client that does not read.</summary>
    public int MaxQueuedBytes { get; init; } = 1 << 20;

    /// <summary>The bytes of requests and messages that have not come whole, of all clients.</summary>
    public long MaxUnfinishedBytes { get; init; } = 256 << 20;

    /// <summary>The longest body of a request, and message of a WebSocket's client.</summary>
    public int MaxBodyBytes { get; init; } = 64 << 10;
}
