using System.Text;
using Halley.Load.Wire;

namespace Halley.Load.Clients;

/// <summary>
/// The position of each subscriber of a swarm in its stream, as far as its server says so: it is named when the
/// subscriber comes back.
/// </summary>
internal sealed class Positions
{
    private readonly Transport _transport;
    private readonly long[] _seq;
    private string?[]? _fields;

    public Positions(int count, Transport transport)
    {
        _transport = transport;
        _seq = new long[count];
        Array.Fill(_seq, 1);
    }

    /// <summary>The number that iComet's subscribers want next; 0 where what comes from now on is enough.</summary>
    public long Seq(int index) => _seq[index];

    /// <summary>Header lines, each with its line end; null for none.</summary>
    public string? Fields(int index) => _fields?[index];

    public void Forget(int index)
    {
        _seq[index] = 0;
        if (_fields is { } fields)
        {
            fields[index] = null;
        }
    }

    /// <summary>Takes the validators of a poll's answer.</summary>
    public void Take(int index, HttpHead head)
    {
        var modified = head.Field("Last-Modified");
        if (_transport == Transport.Poll && modified.Length > 0)
        {
            var tag = head.Field("Etag");
            Set(index, $"If-Modified-Since: {Encoding.ASCII.GetString(modified)}\r\n"
                + (tag.Length > 0 ? $"If-None-Match: {Encoding.ASCII.GetString(tag)}\r\n" : ""));
        }
    }

    /// <summary>Takes what an envelope says.</summary>
    /// <param name="isBeforePayload">Whether a message follows the text.</param>
    public void Take(int index, ReadOnlySpan<byte> text, bool isBeforePayload)
    {
        _seq[index] = SeqPosition.After(text, isBeforePayload, _seq[index]);
        if (_transport == Transport.Sse)
        {
            TakeEventId(index, text);
        }
    }

    private void TakeEventId(int index, ReadOnlySpan<byte> text)
    {
        var at = text.LastIndexOf("\nid:"u8);
        var start = at >= 0 ? at + 4 : text.StartsWith("id:"u8) ? 3 : -1;
        var length = start < 0 ? -1 : text[start..].IndexOf((byte)'\n');
        if (length > 0)
        {
            Set(index, $"Last-Event-ID: {Encoding.UTF8.GetString(text.Slice(start, length)).Trim()}\r\n");
        }
    }

    private void Set(int index, string fields) => (_fields ??= new string?[_seq.Length])[index] = fields;
}
