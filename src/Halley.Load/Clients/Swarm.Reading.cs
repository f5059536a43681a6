using System.Text;
using Halley.Load.Native;
using Halley.Load.Wire;

namespace Halley.Load.Clients;

/// <summary>The part that reads: heads, a protocol's own talk, and messages, which are checked.</summary>
internal sealed partial class Swarm
{
    private void Take(int index, int descriptor, ReadOnlySpan<byte> bytes)
    {
        ref var slot = ref _slots[index];
        while (slot.Descriptor == descriptor)
        {
            if (slot.State == State.Head)
            {
                if (!HttpHead.TryTake(ref bytes, out var head))
                {
                    break;
                }

                TakeHead(index, head, bytes);
            }

            var piece = slot.Body.Take(ref bytes, out var text);
            if (piece == Piece.None)
            {
                break;
            }

            TakePiece(index, piece, text);
        }

        if (slot.State != State.Away && slot.Descriptor == descriptor)
        {
            _leftovers[index] = Leftover.Of(bytes, _text.AsSpan(0, _textLength));
        }
    }

    private void TakeHead(int index, HttpHead head, ReadOnlySpan<byte> rest)
    {
        ref var slot = ref _slots[index];
        if (!head.IsSuccess && head.Status != 101 && !(head.Status == 304 && _plan.Transport == Transport.Poll))
        {
            throw new LoadException(
                $"The server refused a subscription with status {head.Status}: "
                    + $"{Encoding.UTF8.GetString(rest[..Math.Min(rest.Length, 200)]).ReplaceLineEndings(" ").Trim()}");
        }

        if (_protocol.IsWebSocket != (head.Status == 101))
        {
            throw new LoadException(
                $"The server answered a {_plan.Transport} subscription with status {head.Status}: "
                    + "is --transport right for this URL?");
        }

        slot.Body = head.ToBody();
        slot.ClosesAfterAnswer = head.Closes || slot.Body.EndsWithConnection;
        slot.State = _protocol.HasOpening ? State.Opening : State.Body;
        _positions.Take(index, head);
        if (_protocol.OpeningText.Length > 0)
        {
            SendText(index, _protocol.OpeningText);
        }

        if (slot.State == State.Body)
        {
            Hold(index);
            SayHello(index);
        }
    }

    private void TakePiece(int index, Piece piece, ReadOnlySpan<byte> text)
    {
        switch (piece)
        {
            case Piece.Ping:
                Connector.TrySend(_slots[index].Descriptor, WebSocketFrame.Create(WebSocketFrame.Pong, text));
                break;
            case Piece.End:
                ResponseEnded(index);
                break;
            default:
                AppendText(text);
                TakeText(index, piece == Piece.LastText);
                break;
        }
    }

    private void TakeText(int index, bool isLast)
    {
        ReadOnlySpan<byte> text = _text.AsSpan(0, _textLength);
        if (isLast && _protocol.IsWebSocket && TakeProtocolText(index, text))
        {
            _textLength = 0;
            return;
        }

        if (_refusal.Length > 0 && text.IndexOf(_refusal) >= 0)
        {
            throw new LoadException(
                "The server refused a subscription: "
                    + $"{Encoding.UTF8.GetString(text[..Math.Min(text.Length, 200)]).Trim()}");
        }

        for (int at;
            (at = _payload.Find(text)) >= 0 && text.Length >= at + _payload.Size;
            text = text[(at + _payload.Size)..])
        {
            _positions.Take(index, text[..at], isBeforePayload: true);
            TakeMessage(index, text.Slice(at, _payload.Size));
        }

        KeepRest(index, text, isLast);
    }

    /// <summary>True: that was the protocol's own talk.</summary>
    private bool TakeProtocolText(int index, ReadOnlySpan<byte> text)
    {
        var talk = _protocol.Read(text, out var answer);
        if (talk == SocketTalk.Refused)
        {
            throw new LoadException(
                $"The server refused a subscription: {Encoding.UTF8.GetString(text[..Math.Min(text.Length, 200)])}");
        }

        if (answer.Length > 0)
        {
            SendText(index, answer);
        }

        if (talk == SocketTalk.Opened && _slots[index].State == State.Opening)
        {
            _slots[index].State = State.Body;
            Hold(index);
            SayHello(index);
        }

        return talk != SocketTalk.Message;
    }

    private void TakeMessage(int index, ReadOnlySpan<byte> message)
    {
        if (!_payload.TryRead(message, out var stamp)
            || (stamp.Channel != Payload.Everybody && stamp.Channel != _plan.ChannelOf(index)))
        {
            Check.TakeDamaged();
        }
        else if (Check.Take(index, stamp.Channel == Payload.Everybody, stamp.Number))
        {
            Latencies.Add(System.Diagnostics.Stopwatch.GetTimestamp() - stamp.Sent);
            Delivered?.Invoke(index);
        }
    }

    // What begins no further message is dropped, so that a subscriber who waits keeps nothing.
    private void KeepRest(int index, ReadOnlySpan<byte> rest, bool isLast)
    {
        var isMessageBegun = _payload.Find(rest) >= 0;
        if (!isMessageBegun)
        {
            _positions.Take(index, rest, isBeforePayload: false);
            var lineEnd = rest.LastIndexOf((byte)'\n');
            rest = isLast ? rest[(lineEnd + 1)..] : rest;
            rest = isLast && (_protocol.IsWebSocket || rest.Length <= TrailerLimit)
                ? default
                : rest[Math.Max(0, rest.Length - EnvelopeLimit)..];
        }

        rest.CopyTo(_text);
        _textLength = rest.Length;
    }
}
