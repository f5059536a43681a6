using System.Runtime.InteropServices;

namespace Halley.Protocol.Clients;

// Sessions come to channels and leave them one by one, and say so: there is nothing to wait for.
internal sealed partial class PresenceLedger
{
    private readonly Dictionary<AdmittedClient, List<PresentClient>> _sessions = [];

    /// <summary>A session's client listens to one more channel.</summary>
    public void Enter(AdmittedClient client, byte[] channel)
    {
        if (!Tells(channel))
        {
            return;
        }

        // Nobody else has this key: another session is another client.
        var present = new PresentClient(KeyOf(client.Id, client.Info, [channel]), client.User, client.Info, [channel])
        {
            Id = client.Id,
            Since = time.GetUtcNow(),
            ArrivedAt = time.GetTimestamp(),
            IsSession = true,
            Client = client,
            ChannelInfo = client.Session?.InfoIn(channel),
        };
        lock (_lock)
        {
            ref var own = ref CollectionsMarshal.GetValueRefOrAddDefault(_sessions, client, out _);
            (own ??= []).Add(present);
            _arrived.Add(present);
        }
    }

    /// <summary>Others may see something else of a session's user from now on.</summary>
    public void Refresh(AdmittedClient client)
    {
        lock (_lock)
        {
            foreach (var present in _sessions.GetValueOrDefault(client) ?? [])
            {
                present.Info = client.Info;
            }
        }
    }

    /// <summary>A session's client has left a channel.</summary>
    public void Exit(AdmittedClient client, byte[] channel)
    {
        lock (_lock)
        {
            if (_sessions.TryGetValue(client, out var own)
                && own.Find(present => present.Channels[0].AsSpan().SequenceEqual(channel)) is { } present)
            {
                own.Remove(present);
                Left(present);
                if (own.Count == 0)
                {
                    _sessions.Remove(client);
                }
            }
        }
    }

    // Under the lock.
    private void EndSession(AdmittedClient client)
    {
        if (_sessions.Remove(client, out var own))
        {
            own.ForEach(Left);
        }
    }

    private void Left(PresentClient present)
    {
        // One whose coming was not said yet is not mentioned.
        if (!_arrived.Remove(present))
        {
            present.Client = null;
            _left.Add(present);
        }
    }
}
