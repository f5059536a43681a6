using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using Halley.Channels;
using Halley.Protocol;
using Halley.Protocol.Http;
using Halley.Protocol.WebSockets;

namespace Halley.Nodes.Relaying;

/// <summary>
/// One subscriber served here for the node that has its channel. What that node says is published to a channel that this subscriber alone is attached to, so it is
/// delivered, limited and ended as everything else is. On the thread pool; what is done with the exchange, on its dispatcher.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Without a timer there is nothing to dispose of, and a subscriber may leave at any time.")]
internal sealed class Relay(Relays relays, IExchange exchange, Channel channel, NodeEntry owner, byte[] name, string url, RelayRequest request) : IWebSocketReceiver
{
    private const int PieceBytes = 16 * 1024;

    // What a client says over a WebSocket while the other node is still being reached: a ping or two.
    private const int MaxUnsaid = 16;

    private readonly CancellationTokenSource _gone = new();
    private readonly System.Threading.Channels.Channel<byte[]> _unsaid = System.Threading.Channels.Channel.CreateBounded<byte[]>(
        new System.Threading.Channels.BoundedChannelOptions(MaxUnsaid) { FullMode = System.Threading.Channels.BoundedChannelFullMode.DropWrite });

    /// <summary>The node that is asked.</summary>
    public NodeEntry Owner => owner;

    /// <summary>The channel's name there.</summary>
    public byte[] Name => name;

    /// <summary>The subscriber has gone, or is to go.</summary>
    public void Leave() => _ = _gone.CancelAsync();

    /// <summary>Serves one whose answer has not been begun: its head is the other node's.</summary>
    public async Task ServeAsync(HttpClient client)
    {
        var format = new RelayFormat(receiver: null);
        try
        {
            using var question = request.ToMessage(url);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token);
            patience.CancelAfter(relays.Timeout);
            using var answer = await client.SendAsync(question, HttpCompletionOption.ResponseHeadersRead, patience.Token);
            patience.CancelAfter(Timeout.InfiniteTimeSpan);
            if (!await OnDispatcherAsync(() => Begin(RelayRequest.HeadOf(answer), format)))
            {
                return;
            }

            using var body = await answer.Content.ReadAsStreamAsync(_gone.Token);
            var piece = new byte[PieceBytes];
            while (await body.ReadAsync(piece, _gone.Token) is var count and > 0)
            {
                Tell(piece.AsSpan(0, count));
            }

            format.EndsWhole();
        }
        catch (Exception failed) when (failed is not OutOfMemoryException)
        {
            // Where nothing was begun, a sentence; else the connection just ends, and its client comes back.
            await OnDispatcherAsync(() => relays.Refuse(exchange, isTimedOut: failed is OperationCanceledException));
        }
        finally
        {
            relays.End(channel);
        }
    }

    /// <summary>Makes a connection a WebSocket, which is served by <see cref="ServeSocketAsync"/>.</summary>
    public RelayFormat BeginSocket(ResponseHead head, in Handshake handshake)
    {
        var format = new RelayFormat(this);
        relays.Hub.Attach(channel.Name, exchange.Subscription, new AttachOptions(), exchange);
        exchange.Upgrade(head, handshake, out _);
        exchange.Hold(format, heartbeat: 0);
        return format;
    }

    /// <summary>Serves one whose connection is a WebSocket already.</summary>
    public async Task ServeSocketAsync(RelayFormat format)
    {
        try
        {
            using var socket = new ClientWebSocket();
            socket.Options.Proxy = null;
            request.AddTo(socket.Options);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token);
            patience.CancelAfter(relays.Timeout);
            await socket.ConnectAsync(new Uri("ws" + url["http".Length..]), patience.Token);
            var saying = SayAsync(socket);
            var message = new MemoryStream();
            var piece = new byte[PieceBytes];
            while (true)
            {
                var got = await socket.ReceiveAsync(piece.AsMemory(), _gone.Token);
                if (got.MessageType == WebSocketMessageType.Close)
                {
                    format.EndsWhole((CloseCode)(int)(socket.CloseStatus ?? WebSocketCloseStatus.NormalClosure));
                    break;
                }

                message.Write(piece, 0, got.Count);
                if (got.EndOfMessage)
                {
                    Tell(message.GetBuffer().AsSpan(0, (int)message.Length));
                    message.SetLength(0);
                }
            }

            _unsaid.Writer.TryComplete();
            await saying;
        }
        catch (Exception failed) when (failed is not OutOfMemoryException)
        {
            // It ends, with a code that lets its client come back.
        }
        finally
        {
            relays.End(channel);
        }
    }

    /// <inheritdoc/>
    public void OnText(ReadOnlySpan<byte> text, IExchange exchange) => _unsaid.Writer.TryWrite(text.ToArray());

    private async Task SayAsync(ClientWebSocket socket)
    {
        await foreach (var text in _unsaid.Reader.ReadAllAsync(_gone.Token))
        {
            await socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, _gone.Token);
        }
    }

    private void Tell(ReadOnlySpan<byte> bytes) => _ = relays.Hub.Broker.Publish(channel.Name, new Publication(bytes.ToArray())).AsTask();

    private bool Begin(ResponseHead head, RelayFormat format)
    {
        relays.Hub.Attach(channel.Name, exchange.Subscription, new AttachOptions(), exchange);
        exchange.Start(head, out _);
        exchange.Hold(format, heartbeat: 0);

        // Where the client has gone meanwhile, it is attached no longer.
        return channel.SubscriberCount > 0;
    }

    private Task<bool> OnDispatcherAsync(Func<bool> work)
    {
        var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        exchange.Dispatcher.Post(new Work(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (Exception failed)
            {
                // Told to whoever waits for it: out of a reactor nothing may come.
                done.SetException(failed);
            }
        }));
        return done.Task;
    }

    private sealed class Work(Action action) : IWork
    {
        public bool Run(ref int budget)
        {
            budget--;
            action();
            return true;
        }
    }
}
