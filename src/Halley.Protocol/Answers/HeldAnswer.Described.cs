using Halley.Protocol.Clients;

namespace Halley.Protocol.Answers;

// What operators are told of an answer that is held, whatever its host.
public abstract partial class HeldAnswer
{
    private const int MostExplained = 20;

    /// <summary>Whether it is a subscriber's: what operators follow on their own port is none.</summary>
    public bool IsSubscriber => IsHeld && !IsForOperators;

    /// <summary>Its place, as operators know it.</summary>
    public abstract ConnectionPlace Place { get; }

    /// <summary>Whether it came where operators do.</summary>
    protected virtual bool IsForOperators => false;

    /// <summary>The other end of its connection: an address and a port, or as much of that as there is.</summary>
    protected abstract string PeerName { get; }

    /// <summary>The address that it came to.</summary>
    protected abstract string ListenerName { get; }

    /// <summary>The bytes of its connection, and the silence.</summary>
    protected abstract ConnectionTraffic Traffic { get; }

    /// <summary>Whether it is a subscriber's of whom all holds that is said. On its dispatcher.</summary>
    public bool IsMeantBy(ConnectionFilter filter) =>
        IsSubscriber
        && (filter.User is null || Client?.User == filter.User)
        && (filter.Client is null || IsCalled(filter.Client))
        && (filter.Channel is not { } name || Channels.Any(channel => channel.Name.SequenceEqual(name)))
        && (filter.Address is not { Length: > 0 } start || PeerName.StartsWith(start, StringComparison.Ordinal));

    /// <summary>Describes it. On its dispatcher.</summary>
    /// <param name="mostChannels">The most of its channels that are named.</param>
    public ConnectedClient Describe(int mostChannels = MostExplained)
    {
        var places = Places.Where(place => place.Channel is not null).ToList();
        var traffic = Traffic;
        var at = Place.ToString();
        return new ConnectedClient(
            Client?.Id ?? at,
            at,
            Client?.User ?? "",
            PeerName,
            ListenerName,
            Transport,
            Client?.Since.ToUnixTimeSeconds(),
            (long?)traffic.SinceReceived?.TotalSeconds,
            traffic.Queued,
            traffic.Acknowledged,
            places.Count,
            [.. places.Take(mostChannels).Select(place => new ClientChannel(
                place.Channel!.Name.ToArray(),
                place.Channel.Epoch,
                NextOf(place) - 1,
                place.Channel.Position.Offset - 1))]);
    }

    /// <summary>Ends what is held, as for a client whose permission has ended. On its dispatcher.</summary>
    /// <returns>Whether anything was.</returns>
    public bool EndPermission()
    {
        if (!IsSubscriber)
        {
            return false;
        }

        try
        {
            if (HasRoom())
            {
                EndHeld(ReasonWithoutPermission);
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        return true;
    }

    private bool IsCalled(string id) => Client?.Id == id || Place.ToString() == id;
}

/// <summary>The traffic of a connection, as far as its host knows it.</summary>
/// <param name="Queued">Bytes that wait for the client.</param>
/// <param name="Acknowledged">Bytes that it has acknowledged; null where that is not known.</param>
/// <param name="SinceReceived">The time since it last sent anything; null where that is not known.</param>
public readonly record struct ConnectionTraffic(long Queued, long? Acknowledged, TimeSpan? SinceReceived);
