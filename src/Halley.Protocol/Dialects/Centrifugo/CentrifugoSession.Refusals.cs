using System.Text;

namespace Halley.Protocol.Dialects.Centrifugo;

// What it refuses, for the operator's log: the client has a code and a few words, and no status of HTTP.
internal partial class CentrifugoSession
{
    /// <summary>Notes a command that is refused; nothing where it is not.</summary>
    /// <param name="command">The command's name.</param>
    protected void NoteRefusal(in Outcome outcome, string command)
    {
        if (outcome.Disconnect is { } end)
        {
            Note(end.Code, end.Reason, outcome.Why);
        }
        else if (outcome.Error is { } error)
        {
            Note(error.Code, error.Message, outcome.Why);
        }

        void Note(uint code, string words, string? why) => Exchange.NoteRefusal(
            Encoding.ASCII.GetBytes($"{code}"),
            Encoding.UTF8.GetBytes(why is null ? $"{command}: {words}" : $"{command}: {words}: {why}"));
    }
}
