using Halley.Channels;

namespace Halley.Protocol.Answers;

/// <summary>
/// The places in further channels of those answers that have any. Few do, so the places lie beside the answers.
/// Messages for such an answer are delivered in the order they were published in: audiences run one after another, and
/// messages that came in together would otherwise come channel by channel. Belongs to one dispatcher.
/// </summary>
internal sealed class FurtherPlaces
{
    private readonly Dictionary<HeldAnswer, List<FurtherPlace>> _places = [];
    private List<Waiting> _waiting = [];
    private List<Waiting> _delivering = [];

    /// <summary>Adds a further place to an answer, to be attached.</summary>
    public FurtherPlace Add(HeldAnswer answer)
    {
        if (!_places.TryGetValue(answer, out var places))
        {
            _places.Add(answer, places = []);
        }

        var further = new FurtherPlace(answer);
        places.Add(further);
        return further;
    }

    public IReadOnlyList<FurtherPlace> Of(HeldAnswer answer) => _places[answer];

    /// <summary>Whether any of an answer's further places is attached.</summary>
    // They are detached in the order they came, so the last one is asked first.
    public bool IsAttached(HeldAnswer answer) =>
        _places[answer].FindLastIndex(static further => further.Channel is not null) >= 0;

    /// <summary>Detaches all of an answer's further places, and forgets them.</summary>
    public void Detach(HeldAnswer answer)
    {
        _places[answer].ForEach(static further => further.Detach());
        _places.Remove(answer);
    }

    /// <summary>Keeps a message for an answer until all that came in with it has been looked at.</summary>
    public void DeliverLater(HeldAnswer answer, Channel channel, Message message) =>
        _waiting.Add(new Waiting(answer, _places[answer], channel, message));

    /// <summary>Delivers what waits.</summary>
    public void DeliverInOrder()
    {
        if (_waiting.Count == 0)
        {
            return;
        }

        // Whatever follows from a delivery is for the next time.
        (_waiting, _delivering) = (_delivering, _waiting);
        _delivering.Sort(static (left, right) => left.Message.Stamp.CompareTo(right.Message.Stamp));
        foreach (var (answer, places, channel, message) in _delivering)
        {
            // A later answer of the same connection had this message before, or does not want it.
            if (_places.TryGetValue(answer, out var now) && now == places)
            {
                answer.Write(channel, message);
            }
        }

        _delivering.Clear();
    }

    /// <param name="Places">The places that the answer had then: another answer has others.</param>
    private readonly record struct Waiting(
        HeldAnswer Answer, List<FurtherPlace> Places, Channel Channel, Message Message);
}
