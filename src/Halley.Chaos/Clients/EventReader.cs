using System.Text;
using Halley.Chaos.Ledgers;

namespace Halley.Chaos.Clients;

/// <summary>
/// An event stream of any server: messages with ids, of which the last one is shown when coming back. Nothing is told
/// of what is missing.
/// </summary>
internal sealed class EventReader(Hearing hearing)
{
    private string _id = "";
    private string? _data;

    /// <summary>The id of the last message that came whole; empty where there is none.</summary>
    public string LastId { get; private set; } = "";

    /// <summary>Begins to read a stream anew.</summary>
    public void Begin()
    {
        (_id, _data) = (LastId, null);
        if (!hearing.IsServed)
        {
            hearing.Tell(Notice.Exact);
        }
    }

    public void Take(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            if (_data is { } text)
            {
                hearing.Hear(text);
                LastId = _id;
            }

            _data = null;
        }
        else if (line.StartsWith("id:"u8))
        {
            _id = Encoding.UTF8.GetString(line["id:"u8.Length..].Trim((byte)' '));
        }
        else if (line.StartsWith("data:"u8))
        {
            _data = Encoding.UTF8.GetString(line["data:"u8.Length..].Trim((byte)' '));
        }
    }
}
