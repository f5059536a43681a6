using Halley.Engine.Native;
using Halley.Protocol.Access;
using Halley.Protocol.Clients;

namespace Halley.Engine.Connections;

// What operators are told of a connection whose answer is held.
internal sealed partial class Connection
{
    private const int MostExplained = 20;

    /// <summary>Whether it is a subscriber: what operators follow on their own port is none.</summary>
    public bool IsSubscriber => IsHeld && !Listener.Options.MayUseReserve;

    /// <summary>Its place, as operators know it.</summary>
    public ConnectionPlace Place => new(Host.State.Process, Host.Number, Key);

    /// <summary>Whether it is a subscriber of whom all holds that is said.</summary>
    public bool IsMeantBy(ConnectionFilter filter) =>
        IsSubscriber
        && (filter.User is null || Client?.User == filter.User)
        && (filter.Client is null || Client?.Id == filter.Client || Place.ToString() == filter.Client)
        && (filter.Channel is not { } name || Channels.Any(channel => channel.Name.SequenceEqual(name)))
        && (filter.Address is not { Length: > 0 } start || Address.StartsWith(start, StringComparison.Ordinal));

    /// <inheritdoc/>
    protected override ConnectedClient? Described => Describe(MostExplained);

    /// <summary>Describes it.</summary>
    /// <param name="mostChannels">The most of its channels that are named.</param>
    public ConnectedClient Describe(int mostChannels)
    {
        var places = Places.Where(place => place.Channel is not null).ToList();
        var counts = Socket.CountsOf(Descriptor);
        var at = Place.ToString();
        return new ConnectedClient(
            Client?.Id ?? at,
            at,
            Client?.User ?? "",
            Address,
            $"{Listener.EndPoint}",
            Transport,
            Client?.Since.ToUnixTimeSeconds(),
            (long?)counts?.SinceReceived.TotalSeconds,
            UnsentBytes + (counts?.NotSent ?? 0),
            counts?.Acknowledged,
            places.Count,
            [.. places.Take(mostChannels).Select(place => new ClientChannel(
                place.Channel!.Name.ToArray(),
                place.Channel.Epoch,
                NextOf(place) - 1,
                place.Channel.Position.Offset - 1))]);
    }

    /// <summary>Ends what is held, as for a client whose permission has ended.</summary>
    public void EndPermission()
    {
        try
        {
            if (IsSubscriber && HasRoom())
            {
                EndHeld(ReasonWithoutPermission);
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    private string Address
    {
        get
        {
            var peer = Socket.RemoteEndPoint(Descriptor);
            return peer is null ? RemoteAddress.Equals(UnixPeer.Address) ? "unix" : ""
                : peer.Address.IsIPv4MappedToIPv6 ? $"{peer.Address.MapToIPv4()}:{peer.Port}"
                : $"{peer}";
        }
    }
}
