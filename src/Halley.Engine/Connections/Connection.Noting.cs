using System.Buffers.Text;
using System.Text;
using Halley.Protocol.Http;

namespace Halley.Engine.Connections;

// What operators who look are told of requests that are refused, and of connections that end badly.
internal sealed partial class Connection
{
    private const int MostOfPath = 200;

    private static string PathForOperators(ReadOnlySpan<byte> path) =>
        Encoding.UTF8.GetString(path.Length <= MostOfPath ? path : path[..MostOfPath]);

    private void NoteIncident(ResponseHead head)
    {
        if (Host.State.Incidents.AreWanted)
        {
            _ = Utf8Parser.TryParse(head.Status.Span, out int status, out _);
            Host.State.Incidents.Note("refused", status, PeerName, ListenerName, Host.HandledPath, []);
        }
    }

    private void NoteEnd(CloseReason reason)
    {
        var what = reason switch
        {
            CloseReason.TooSlow => "too_slow",
            CloseReason.BadRequest => "bad_request",
            CloseReason.InternalError => "internal_error",
            _ => null,
        };
        if (what is not null)
        {
            Host.State.Incidents.Note(
                what, 0, PeerName, ListenerName, "", [.. Channels.Select(channel => channel.Name.ToArray())]);
        }
    }
}
