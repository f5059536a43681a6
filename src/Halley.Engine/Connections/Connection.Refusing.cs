using Halley.Protocol.Http;
using Halley.Protocol.WebSockets;

namespace Halley.Engine.Connections;

// What is refused, for the operator's log: with its request where that is at hand, as it is but for late answers.
internal sealed partial class Connection
{
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
        if (!Host.Counts.CountAnswer(head))
        {
            return;
        }

        NoteIncident(head);
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

    // One line for each request, whatever its dialect says of it.
    private bool MayNote() => !(Host.Handled == this && Host.Refusal is not null) && Host.State.Refusals.TryTake();

    private void Note(RefusalNote note)
    {
        if (Host.Handled == this)
        {
            Host.Refusal = note;
        }
        else
        {
            Host.State.Refusals.Write(note, Listener.EndPoint, RemoteAddress);
        }
    }

    private void BeginNoting() => (Host.Handled, Host.Refusal) = (this, null);

    // Before the request's bytes are gone.
    private void WriteNoted(in RequestHead head)
    {
        if (Host.Refusal is { } note)
        {
            if (head.Path.IsEmpty)
            {
                // It could not be read.
                Host.State.Refusals.Write(note, Listener.EndPoint, RemoteAddress);
            }
            else
            {
                Host.State.Refusals.Write(
                    note, Listener.EndPoint, TrustedProxies.ClientOf(head, RemoteAddress), head.Method, head.Path);
            }
        }

        (Host.Handled, Host.Refusal) = (null, null);
    }
}
