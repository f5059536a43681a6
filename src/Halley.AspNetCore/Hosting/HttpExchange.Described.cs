using System.Net;
using System.Text;
using Halley.Protocol.Answers;
using Halley.Protocol.Clients;
using Halley.Protocol.Http;
using Halley.Protocol.WebSockets;

namespace Halley.AspNetCore.Hosting;

// What operators are told of it: where it is, what was refused, how it ended badly.
internal sealed partial class HttpExchange
{
    private const int MostOfPath = 200;

    private readonly ushort _remotePort = (ushort)context.Connection.RemotePort;
    private readonly EndPoint _listener = options.ListenerOf(context);
    private bool _isNoted;

    /// <summary>Its number among all of its host: a later one has a higher one.</summary>
    public long Number { get; } = exchanges.NextNumber();

    /// <inheritdoc/>
    public override ConnectionPlace Place => exchanges.PlaceOf(Number);

    /// <inheritdoc/>
    protected override string PeerName =>
        _remotePort == 0 ? "" : new IPEndPoint(RemoteAddress, _remotePort).ToString();

    /// <inheritdoc/>
    protected override string ListenerName => $"{_listener}";

    /// <inheritdoc/>
    // An answer that is complete goes on being sent, and nobody waits for that.
    protected override ConnectionTraffic Traffic =>
        new(_state == State.Ended ? 0 : Interlocked.Read(ref _unsent), Acknowledged: null, SinceReceived: null);

    /// <summary>Notes that the request is refused for what it is. Before its handler is called.</summary>
    public void NoteError(RequestError error) =>
        NoteAnswer(RequestRefusals.HeadFor(error), RequestRefusals.BodyFor(error));

    /// <inheritdoc/>
    public void NoteRefusal(ReadOnlySpan<byte> status, ReadOnlySpan<byte> reason)
    {
        if (MayNote())
        {
            Note(RefusalNote.Of(status, reason));
        }
    }

    private void NoteAnswer(ResponseHead head, ReadOnlySpan<byte> body)
    {
        if (!exchanges.CountAnswer(head, out var status))
        {
            return;
        }

        if (exchanges.Incidents is { AreWanted: true } incidents)
        {
            var path = _request?.Path ?? [];
            var shown = Encoding.UTF8.GetString(path.AsSpan(0, Math.Min(path.Length, MostOfPath)));
            incidents.Note("refused", status, PeerName, ListenerName, shown, []);
        }

        if (MayNote())
        {
            Note(RefusalNote.Of(head, body));
        }
    }

    private void NoteClosing(CloseCode code, ReadOnlySpan<byte> reason)
    {
        if (RefusalNote.OfClosing(code, reason) is { } note && MayNote())
        {
            Note(note);
        }
    }

    private void NoteEnd(CloseReason reason)
    {
        var what = reason switch
        {
            CloseReason.TooSlow => "too_slow",
            CloseReason.InternalError => "internal_error",
            _ => null,
        };
        if (what is not null && exchanges.Incidents is { AreWanted: true } incidents)
        {
            incidents.Note(
                what, 0, PeerName, ListenerName, "", [.. Channels.Select(channel => channel.Name.ToArray())]);
        }
    }

    // One line for each request, whatever its dialect says of it.
    private bool MayNote() => !_isNoted && exchanges.Refusals?.TryTake() == true;

    private void Note(RefusalNote note)
    {
        _isNoted = true;
        if (_request is { Head: var head })
        {
            exchanges.Refusals!.Write(
                note, _listener, TrustedProxies.ClientOf(head, RemoteAddress), head.Method, head.Path);
        }
        else
        {
            exchanges.Refusals!.Write(note, _listener, RemoteAddress);
        }
    }
}
