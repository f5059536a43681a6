namespace Halley.Load.Wire;

/// <summary>The part of a WebSocket's talk that is the protocol's own.</summary>
internal enum SocketTalk
{
    /// <summary>None of it: it may carry messages.</summary>
    Message,

    /// <summary>The client may speak now.</summary>
    Opened,

    /// <summary>To be answered, or left alone.</summary>
    Own,

    /// <summary>The other side does not want this client.</summary>
    Refused,
}

/// <summary>
/// The protocols over WebSocket, as much of each as a subscriber must speak. Those without one have nothing to say.
/// </summary>
internal class SocketProtocol
{
    public virtual bool IsWebSocket => false;

    /// <summary>Whether the other side must answer before the client is one.</summary>
    public virtual bool HasOpening => false;

    /// <summary>The client's first words.</summary>
    public virtual byte[] OpeningText => [];

    /// <summary>The end of each text.</summary>
    public virtual string TextEnd => "";

    /// <summary>The interval at which the client must say <see cref="BeatText"/>; 0: never.</summary>
    public virtual int BeatIntervalMs => 0;

    public virtual byte[] BeatText => [];

    public static SocketProtocol For(Transport transport) => transport switch
    {
        Transport.WebSocket => new PlainSocket(),
        Transport.SignalR => new SignalRSocket(),
        Transport.SocketIo => new SocketIoSocket(),
        _ => new SocketProtocol(),
    };

    /// <param name="answer">What to send back; empty: nothing.</param>
    public virtual SocketTalk Read(ReadOnlySpan<byte> text, out byte[] answer)
    {
        answer = [];
        return SocketTalk.Message;
    }

    private class PlainSocket : SocketProtocol
    {
        public override bool IsWebSocket => true;
    }

    /// <summary>JSON hub protocol 1. A server drops a client that it has not heard for 30 seconds.</summary>
    private sealed class SignalRSocket : PlainSocket
    {
        public override bool HasOpening => true;

        public override byte[] OpeningText => "{\"protocol\":\"json\",\"version\":1}\u001e"u8.ToArray();

        public override string TextEnd => "\u001e";

        public override int BeatIntervalMs => 10_000;

        public override byte[] BeatText => "{\"type\":6}\u001e"u8.ToArray();

        public override SocketTalk Read(ReadOnlySpan<byte> text, out byte[] answer)
        {
            answer = [];
            return text.StartsWith("{}\u001e"u8) ? SocketTalk.Opened
                : text.StartsWith("{\"error\":"u8) ? SocketTalk.Refused
                : text.SequenceEqual("{\"type\":6}\u001e"u8) ? SocketTalk.Own
                : SocketTalk.Message;
        }
    }

    /// <summary>
    /// Engine.IO 4: 0 opens, 2 is a ping, 3 its answer, 4 a message; Socket.IO: 40 connects, 42 is an event, 44 a
    /// refusal.
    /// </summary>
    private sealed class SocketIoSocket : PlainSocket
    {
        public override bool HasOpening => true;

        public override SocketTalk Read(ReadOnlySpan<byte> text, out byte[] answer)
        {
            answer = text.StartsWith("0"u8) ? "40"u8.ToArray() : text.SequenceEqual("2"u8) ? "3"u8.ToArray() : [];
            return text.StartsWith("40"u8) ? SocketTalk.Opened
                : text.StartsWith("44"u8) ? SocketTalk.Refused
                : answer.Length > 0 ? SocketTalk.Own
                : SocketTalk.Message;
        }
    }
}
