using Halley.Channels;

namespace Halley.Engine.Connections;

/// <summary>
/// The places in further channels of those connections that have any: few do, so they lie beside the connections. What these are told comes in the
/// order it was published in: audiences run one after another, and messages that came in together would else come channel by channel. Belongs to one reactor.
/// </summary>
internal sealed class FurtherPlaces
{
    private readonly Dictionary<Connection, List<FurtherSubscription>> _places = [];
    private List<Told> _toTell = [];
    private List<Told> _telling = [];

    /// <summary>A further place for a connection, to be attached.</summary>
    public FurtherSubscription Add(Connection connection)
    {
        if (!_places.TryGetValue(connection, out var places))
        {
            _places.Add(connection, places = []);
        }

        var further = new FurtherSubscription(connection);
        places.Add(further);
        return further;
    }

    public IReadOnlyList<FurtherSubscription> Of(Connection connection) => _places[connection];

    /// <summary>Whether any of a connection's is attached. They are let go in the order they came, so the last one is asked first.</summary>
    public bool IsAttached(Connection connection) => _places[connection].FindLastIndex(static further => further.Channel is not null) >= 0;

    /// <summary>Lets all of a connection's go.</summary>
    public void Detach(Connection connection)
    {
        _places[connection].ForEach(static further => further.Detach());
        _places.Remove(connection);
    }

    /// <summary>Lets a connection have a message once all that came in with it has been looked at.</summary>
    public void TellLater(Connection connection, Channel channel, Message message) =>
        _toTell.Add(new Told(connection, _places[connection], channel, message));

    /// <summary>Tells what waits.</summary>
    public void TellInOrder()
    {
        if (_toTell.Count == 0)
        {
            return;
        }

        // Whatever follows from telling is for the next time.
        (_toTell, _telling) = (_telling, _toTell);
        _telling.Sort(static (left, right) => left.Message.Stamp.CompareTo(right.Message.Stamp));
        foreach (var (connection, answer, channel, message) in _telling)
        {
            // Not another answer of the same connection, which had this message before or does not want it.
            if (_places.TryGetValue(connection, out var now) && now == answer)
            {
                connection.Tell(channel, message);
            }
        }

        _telling.Clear();
    }

    /// <param name="Answer">The places that its answer had then: another answer has others.</param>
    private readonly record struct Told(Connection Connection, List<FurtherSubscription> Answer, Channel Channel, Message Message);
}
