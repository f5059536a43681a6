using System.Globalization;
using Halley.Chaos.Ledgers;
using Halley.Testing;

namespace Halley.Proxies.Tests;

/// <summary>
/// A Redis that keeps everything on its disk, its replica, and an address at which nodes find whichever of both is the
/// primary.
/// </summary>
internal sealed class RedisPair : IDisposable
{
    private static readonly string[] Settings =
        ["--appendonly", "yes", "--appendfsync", "always", "--repl-diskless-sync-delay", "0"];

    private readonly TcpSwitch _way;
    private RedisServer _primary = new(Settings);
    private RedisServer _replica = new(Settings);

    public RedisPair()
    {
        Follow();
        _way = new TcpSwitch(_primary.Port);
    }

    public string Address => _way.Address;

    public RedisServer Primary => _primary;

    /// <summary>Breaks all connections of the nodes.</summary>
    public void Cut() => _way.SwitchTo(_primary.Port);

    /// <summary>Passes nothing on for a while, as if it had lost its power, and then comes back.</summary>
    public async Task FallSilentAsync(TimeSpan time)
    {
        _way.FallSilent();
        await Task.Delay(time);
        _way.Refuse();
        _way.Restore();
    }

    /// <summary>
    /// Promotes the replica, while the primary is still published to. What comes there last is lost, and who has not
    /// heard it by then is not told: that is <c>exact</c>, as docs/scaling.md says.
    /// </summary>
    public async Task FailOverAsync(Ledger ledger)
    {
        // The replica has what was sent until now; it may lack what is sent later.
        var sent = ledger.Sent;
        await ledger.UntilAnsweredAsync(sent);
        var written = _primary.WrittenBytes;
        await UntilAsync(() => _replica.IsFollowing && _replica.WrittenBytes >= written);
        _replica.Ask("REPLICAOF", "NO", "ONE");
        await Task.Delay(300);
        (_primary, _replica) = (_replica, _primary);

        // Before anything later can be heard, and with what came until the cut.
        ledger.Forgive(sent);
        Cut();
        ledger.Forgive(sent);
        Follow();
    }

    public void Dispose()
    {
        _way.Dispose();
        _replica.Dispose();
        _primary.Dispose();
    }

    private void Follow() =>
        _replica.Ask("REPLICAOF", "127.0.0.1", _primary.Port.ToString(CultureInfo.InvariantCulture));

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using var patience = new CancellationTokenSource(RawHttpClient.Patience);
        while (!isSo())
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
