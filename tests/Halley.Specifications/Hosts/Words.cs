using System.Text;
using Halley.Channels;
using Halley.Protocol;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;
using Halley.Protocol.WebSockets;
using Halley.Testing.Doubles;

namespace Halley.Specifications.Hosts;

/// <summary>
/// An endpoint whose path is a list of channels. What a client says is published to them; "leave" is done.
/// </summary>
internal sealed class Words : TransportFormat, IRequestHandler, IWebSocketReceiver
{
    private IExchange? _late;

    public Hub? Hub { get; set; }

    public bool IsLate { get; init; }

    public TimeSpan? Beat { get; init; }

    public TimeSpan? Life { get; init; }

    public WebSocketOptions Options { get; init; } = WebSocketOptions.Default;

    public override IWebSocketReceiver Receiver => this;

    public override bool EndsWithMessage => false;

    public override TimeSpan? HeartbeatInterval => Beat;

    public override TimeSpan? TimeToLive => Life;

    public void Handle(in HttpRequest request, IExchange exchange)
    {
        var handshake = new Handshake(request);
        Assert.Equal(HandshakeFault.None, handshake.Check());
        foreach (var name in Encoding.UTF8.GetString(request.Path).Trim('/').Split('/'))
        {
            var subscription = exchange.Subscription.Channel is null
                ? exchange.Subscription
                : exchange.AddSubscription();
            Hub!.Attach(
                Encoding.UTF8.GetBytes(name), subscription, new AttachOptions { OnlyToWait = true }, exchange);
        }

        exchange.Upgrade(new ResponseHead("101 Switching Protocols", []), handshake, out _);
        if (IsLate)
        {
            Volatile.Write(ref _late, exchange);
        }
        else
        {
            exchange.Hold(this, heartbeat: 0);
        }
    }

    public void HoldNow() => Volatile.Read(ref _late)!.Dispatcher.Post(new Holding(_late!, this));

    public void OnText(ReadOnlySpan<byte> text, IExchange exchange)
    {
        if (text.SequenceEqual("leave"u8))
        {
            exchange.End(CloseCode.TryAgainLater, "as you like"u8);
            return;
        }

        var publication = new Publication(text.ToArray());
        foreach (var channel in exchange.Channels)
        {
            Hub!.Broker.Publish(channel.Name, publication).Now();
        }
    }

    public void OnBinary(ReadOnlySpan<byte> bytes, IExchange exchange)
    {
        var output = exchange.Add(out var framing);
        framing = framing.Binary;
        var piece = framing.Begin(output);
        output.Write(bytes);
        output.Write(" bytes"u8);
        framing.End(output, piece);
    }

    public override void WriteMessage(ChannelIdentity channel, Message message, Framing framing, ByteBuffer output)
    {
        var piece = framing.Begin(output);
        output.Write(channel.Name);
        output.WriteByte((byte)':');
        output.Write(message.Payload);
        framing.End(output, piece);
    }

    public override void WriteHeartbeat(
        ChannelIdentity channel,
        long next,
        int count,
        Framing framing,
        ByteBuffer output) => framing.WritePing(output);

    public override void WriteEnd(
        ReadOnlySpan<byte> channel, in Ending ending, bool isLast, Framing framing, ByteBuffer output)
    {
    }

    private sealed class Holding(IExchange exchange, Words words) : IWork
    {
        public bool Run(ref int budget)
        {
            exchange.Hold(words, heartbeat: 0);
            return true;
        }
    }
}
