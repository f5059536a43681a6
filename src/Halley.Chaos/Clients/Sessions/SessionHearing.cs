using Halley.Chaos.Ledgers;

namespace Halley.Chaos.Clients.Sessions;

/// <summary>
/// A connection of a subscriber in Centrifugo's protocol: what is to be said, and what it makes of what it is told. Who
/// comes back is given all that it has missed, or told that it is not (<c>recovered</c>).
/// </summary>
internal sealed class SessionHearing(Hearing hearing, SessionTransport transport)
{
    private const int ConnectId = 1;
    private const int SubscribeId = 2;

    private readonly ISessionCodec _codec = transport.Codec;

    // Otherwise it does not know where it stands.
    private readonly bool _comesBack = hearing.IsServed;
    private readonly List<byte[]> _toSay = [];

    /// <summary>The ids by which further requests are for this session; empty as long as there are none.</summary>
    public (string Session, string Node) Id { get; private set; } = ("", "");

    /// <summary>The reason why there is nothing more to hear; null where there is.</summary>
    public string? End { get; private set; }

    /// <summary>Whether that is a refusal.</summary>
    public bool IsRefused { get; private set; }

    /// <summary>The place that it comes back with.</summary>
    public (string Epoch, long Last)? Place =>
        _comesBack ? (hearing.Place.Epoch, hearing.Place.Next - 1) : null;

    /// <summary>The first words: where requests are one by one, the rest of them follows later.</summary>
    public byte[] First =>
        transport.IsOneWay ? JsonCodec.ConnectOneWay(hearing.Channel, Place)
            : transport.Carrier == Carrier.WebSocket ? _codec.Join(_codec.Connect(ConnectId), Subscribe)
            : _codec.Connect(ConnectId);

    private byte[] Subscribe => _codec.Subscribe(SubscribeId, hearing.Channel, Place);

    /// <summary>Takes what it has to answer, once.</summary>
    /// <returns>Null for nothing.</returns>
    public byte[]? TakeAnswer()
    {
        var answer = _toSay.Count == 0 || transport.IsOneWay ? null : _codec.Join([.. _toSay]);
        _toSay.Clear();
        return answer;
    }

    /// <summary>Takes a frame of what the server says.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    public void Take(ReadOnlySpan<byte> frame)
    {
        foreach (var word in _codec.Read(frame))
        {
            Take(word);
        }
    }

    private void Take(in SessionWord word)
    {
        switch (word.Kind)
        {
            case WordKind.Ping:
                _toSay.Add(_codec.Pong);
                break;
            case WordKind.Publication:
                hearing.Hear(word.Publication.Text, word.Publication.Offset);
                break;
            case WordKind.Connected:
                Id = (word.Session, word.Node);
                if (transport.IsOneWay)
                {
                    Take(word.Subscribed);
                }
                else if (transport.Carrier != Carrier.WebSocket)
                {
                    _toSay.Add(Subscribe);
                }

                break;
            case WordKind.Subscribed:
                Take(word.Subscribed);
                break;
            case WordKind.Refused:
                (End, IsRefused) = (word.Reason, true);
                break;
            case WordKind.Ended:
                End = word.Reason;
                break;
        }
    }

    private void Take(SubscribedWord? subscribed)
    {
        if (subscribed is not { IsPlaced: true })
        {
            (End, IsRefused) = (subscribed is null ? "it is not subscribed" : "its channel has no places", true);
            return;
        }

        var (epoch, missed) = (subscribed.Epoch, subscribed.Missed);
        if (!_comesBack)
        {
            hearing.Tell(Notice.Exact, epoch, subscribed.Offset + 1);
        }
        else if (!subscribed.IsRecovered)
        {
            // What it knew is void in another epoch; in the same, something is missing.
            var next = missed.Count > 0 ? missed[0].Offset : subscribed.Offset + 1;
            var isSame = epoch == hearing.Place.Epoch;
            hearing.Tell(isSame ? Notice.Gap : Notice.Reset, epoch, next, missed.Count);
        }
        else
        {
            // After a restart of what keeps it, a stream goes on in another epoch.
            hearing.Tell(Notice.Exact, epoch, hearing.Place.Next);
        }

        foreach (var (text, offset) in missed)
        {
            hearing.Hear(text, offset);
        }
    }
}
