using Halley.Access;
using Halley.Broker;
using Halley.Channels;
using Halley.Protocol.Clients;
using Halley.Protocol.Dialects.Centrifugo.Wire;
using Halley.Protocol.Http;
using Halley.Protocol.Sessions;
using Halley.Protocol.Transports;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>
/// A session of Centrifugo's protocol: commands come in frames, and what each comes to is said in one frame of replies.
/// </summary>
internal partial class CentrifugoSession : Session
{
    private readonly SessionContext _context;
    private readonly Arrival _arrival;
    private AdmittedClient? _client;
    private Disconnect? _end;

    public CentrifugoSession(SessionContext context, IExchange exchange, Arrival arrival)
        : base(exchange)
    {
        _context = context;
        _arrival = arrival;
        _pingAt = Clock.After(context.Options.StaleCloseDelay);
    }

    public Carrier Carrier => _context.Carrier;

    /// <inheritdoc/>
    public override TransportKind Kind =>
        Carrier.Kind == CarrierKind.Events ? TransportKind.EventSource : base.Kind;

    /// <summary>The client whose share of channels it takes.</summary>
    public ClientBlock Share => _arrival.Share;

    /// <summary>The fields of the request that it came with that the operator's server is to see.</summary>
    public IReadOnlyList<(string Name, string Value)> Fields => _arrival.Fields;

    /// <summary>The client; null before it has said who it is.</summary>
    public AdmittedClient? Client => _client;

    /// <summary>The client as others in a channel may see it.</summary>
    public ClientInfo WhoIn(byte[] channel) => new()
    {
        User = _client!.User,
        Client = _client.Id,
        ConnectionInfo = _client.Info,
        ChannelInfo = InfoIn(channel),
    };

    /// <summary>Whether it has said who it is, and was let in.</summary>
    protected bool IsAdmitted => _isAdmitted;

    /// <summary>The channels that it listens to, those beside them left out.</summary>
    public int ChannelCount
    {
        get
        {
            var count = 0;
            foreach (var place in Places)
            {
                count += place is PresencePlace ? 0 : 1;
            }

            return count;
        }
    }

    /// <inheritdoc/>
    public override WebSocketOptions Options => _context.WebSocketOptions;

    /// <inheritdoc/>
    protected override TransportFormat Form => Carrier.Publications;

    /// <inheritdoc/>
    protected override int MaxWaitingBytes => 2 * _context.Options.MaxMessageBytes;

    /// <inheritdoc/>
    public override bool MayReadPast(ReadOnlySpan<byte> channel) =>
        _client is { } client && _context.Admission.MayReadPast(client, channel.ToArray());

    /// <inheritdoc/>
    public override void OnText(ReadOnlySpan<byte> text, IExchange exchange) => HearFrame(text);

    /// <inheritdoc/>
    public override void OnBinary(ReadOnlySpan<byte> bytes, IExchange exchange) => HearFrame(bytes);

    /// <summary>Notes where the client has published to.</summary>
    public void HasPublished(byte[] channel) => HasPublishedTo(_context.Node.Hub.Find(channel));

    /// <summary>Writes a push to this client alone.</summary>
    public void Push(ReadOnlySpan<byte> channel, IPushContent content)
    {
        if (HasRoom())
        {
            WritePush(channel, content);
        }
    }

    private void WritePush(ReadOnlySpan<byte> channel, IPushContent content)
    {
        var output = Exchange.Add(out var framing);
        Carrier.Write(new Push { Channel = channel.ToArray(), Content = content }, framing, output);
    }

    /// <summary>Ends the session.</summary>
    public void End(Disconnect why)
    {
        _end = why;
        End(CloseReason.Done);
    }

    /// <summary>Adds a place that was attached.</summary>
    public void Take(SessionPlace place) => Add(place);

    /// <summary>Gives up a place; null for none.</summary>
    public void DropIfAny(SessionPlace? place)
    {
        if (place is not null)
        {
            Remove(place);
        }
    }

    /// <summary>Leaves all channels.</summary>
    public void DropAll()
    {
        foreach (var place in Places.ToArray())
        {
            Remove(place);
        }
    }

    /// <summary>Leaves a channel, and what is told beside it.</summary>
    public void Drop(SessionPlace place)
    {
        var channel = place.Channel?.Name.ToArray();
        Remove(place);
        if (channel is not null)
        {
            DropBeside(channel);
        }
    }

    /// <summary>Has its client listen to a channel no more, and tells it why.</summary>
    public void Unsubscribe(SessionPlace place, byte[] channel, UnsubscribePush why)
    {
        Drop(place);
        _client!.Exit(channel);
        Push(channel, why);
    }

    /// <inheritdoc/>
    public override CloseCode CloseCodeFor(CloseReason reason) => (_end ?? Disconnect.For(reason)).CloseCode;

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> SentenceFor(CloseReason reason) =>
        System.Text.Encoding.ASCII.GetBytes((_end ?? Disconnect.For(reason)).Reason);

    /// <inheritdoc/>
    public override void WriteEnd(
        ReadOnlySpan<byte> channel, in Ending ending, bool isLast, Framing framing, ByteBuffer output)
    {
        if (Carrier.Kind != CarrierKind.Messages)
        {
            var end = _end ?? Disconnect.For(ending.Reason);
            var push = new DisconnectPush { Code = end.Code, Reason = end.Reason, Reconnect = end.Reconnects };
            Carrier.Write(new Push { Content = push }, framing, output);
        }
    }

    /// <inheritdoc/>
    protected override void OnChannelEnded(SessionPlace place, Channel channel, in Ending ending)
    {
        if (place is PresencePlace)
        {
            return;
        }

        DropBeside(channel.Name);
        var isClosed = ending.Reason == CloseReason.ChannelClosed;
        _client?.Exit(channel.Name.ToArray());
        Push(channel.Name, isClosed ? Unsubscribed.ByServer : Unsubscribed.InsufficientState);
    }

    /// <inheritdoc/>
    protected override void OnTooManyWaiting() => End(Disconnect.TooManyRequests);

    /// <summary>Takes a message of its client.</summary>
    public void HearFrame(ReadOnlySpan<byte> frame)
    {
        if (frame.IsEmpty)
        {
            End(Disconnect.BadRequest);
            return;
        }

        Hear(frame);
    }

    /// <inheritdoc/>
    protected override bool TryHandle(ref ReadOnlySpan<byte> commands, ByteBuffer replies)
    {
        var rest = commands;
        if (Carrier.Codec.Read<Command>(ref rest, out var command) != WireFault.None)
        {
            NoteRefusal(Disconnect.BadRequest, "what is no command");
            EndAfter(replies, Disconnect.BadRequest);
            return true;
        }

        var outcome = Try(command!);
        if (outcome.IsPostponed)
        {
            return false;
        }

        commands = rest;
        NoteRefusal(outcome, command!.Name);
        if (outcome.Disconnect is { } end)
        {
            EndAfter(replies, end);
        }
        else if (command.Id > 0 && (outcome.Result is not null || outcome.Error is not null))
        {
            if (replies.Length > 0)
            {
                replies.Write(Carrier.Codec.Separator);
            }

            Carrier.Codec.Write(
                new Reply { Id = command.Id, Content = outcome.Result, Error = outcome.Error }, replies);
        }

        return true;
    }

    /// <inheritdoc/>
    protected override void Send(ByteBuffer replies)
    {
        var output = Exchange.Add(out var framing);
        Carrier.Write(replies.Written, framing, output);
    }

    private void EndAfter(ByteBuffer replies, Disconnect why)
    {
        if (replies.Length > 0 && HasRoom())
        {
            Send(replies);
            replies.Clear();
        }

        End(why);
    }

    /// <summary>Takes a message that came by another way than its connection.</summary>
    public void HearFromElsewhere(ReadOnlySpan<byte> frame)
    {
        try
        {
            if (IsOpen)
            {
                HearFrame(frame);
            }
        }
        catch (Exception exception)
        {
            FailFor(exception);
        }
    }

    /// <summary>Handles the first word of a client that says nothing more.</summary>
    protected Outcome TryConnect(ConnectRequest request)
    {
        try
        {
            return _context.Connect.Handle(request, this);
        }
        catch (BrokerException)
        {
            return Errors.Internal;
        }
    }

    private Outcome Try(Command command)
    {
        try
        {
            return Do(command);
        }
        catch (BrokerException)
        {
            return Errors.Internal;
        }
    }

    private Outcome Do(Command command)
    {
        if (!_isAdmitted)
        {
            return command is { Id: > 0, Request: ConnectRequest connect } && !_isRefused
                ? OnFirst(_context.Connect.Handle(connect, this))
                : Disconnect.BadRequest;
        }

        if (command.Id == 0 && command.Request is not SendRequest)
        {
            return OnPong();
        }

        return command.Request switch
        {
            SubscribeRequest request => _context.Subscribe.Handle(request, this),
            UnsubscribeRequest request => _context.Channels.Unsubscribe(request, this),
            PublishRequest request => _context.Channels.Publish(request, this),
            HistoryRequest request => _context.Channels.History(request, this),
            PresenceRequest request => _context.Channels.Presence(request, this),
            PresenceStatsRequest request => _context.Channels.PresenceStats(request, this),
            RefreshRequest request => _context.Refresh.Refresh(request, this),
            SubRefreshRequest request => _context.Refresh.RefreshSubscription(request, this),
            RpcRequest request => _context.Rpc.Handle(request, this),
            SendRequest => Disconnect.NotAvailable,
            PingRequest => Errors.NotAvailable,
            _ => Disconnect.BadRequest,
        };
    }

    private Outcome OnFirst(Outcome outcome)
    {
        _isRefused = outcome.Error is not null;
        return outcome;
    }

    private void DropBeside(ReadOnlySpan<byte> channel)
    {
        if (Find(PresenceChannel.Of(channel)) is PresencePlace beside)
        {
            Remove(beside);
        }
    }
}
