using System.Globalization;
using System.Text;
using Halley.Broker;
using Halley.Channels;

namespace Halley.Redis.Tests;

/// <summary>
/// A client that comes back with its place whenever it was ended, or could not be served, and writes down all that it
/// was told, in order: messages as their text, ends and notices by their name.
/// </summary>
internal sealed class ReturningClient : IPostponable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly RedisNodes _nodes;
    private readonly string _channel;
    private readonly List<string> _told = [];
    private readonly List<string> _faults = [];
    private int _node;
    private bool _isAway;
    private bool _hasComeBack;
    private Listening? _subscription;
    private Waiting? _postponed;

    public ReturningClient(RedisNodes nodes, int node, string channel)
    {
        _nodes = nodes;
        _node = node;
        _channel = channel;
        Attach();
    }

    /// <summary>All it was told.</summary>
    public string Told => string.Join(' ', _told);

    /// <summary>How much it was told.</summary>
    public int Count => _told.Count;

    /// <summary>How often its channel ended.</summary>
    public int Ends { get; private set; }

    /// <summary>Messages that came twice, or behind others that are missing without a word.</summary>
    public string Faults => string.Join(", ", _faults);

    /// <summary>How often it could not be served.</summary>
    public int Failures { get; private set; }

    public bool IsAttached => _subscription?.Channel is not null;

    /// <summary>The epoch it knows, and the offset it wants next.</summary>
    public StreamPosition Place { get; private set; } = new(0, 1);

    public IDispatcher Dispatcher => _nodes.DispatcherOf(_node);

    Postponement? IPostponable.Postponed => _postponed;

    /// <summary>Goes, until it is called back.</summary>
    public void Leave()
    {
        _isAway = true;
        _subscription!.Detach();
        _subscription = null;
    }

    public void ComeBackTo(int node)
    {
        (_node, _isAway, _hasComeBack) = (node, false, true);
        Attach();
    }

    Postponement IPostponable.Postpone() => _postponed ??= new Waiting(this);

    private void Attach()
    {
        _postponed = null;
        _subscription = new Listening(this);
        Handle();
    }

    private void Handle()
    {
        AttachResult result;
        try
        {
            var options = new AttachOptions { Replay = Replay.Resume(Place), MayCreate = true };
            result = _nodes.HubOf(_node).Attach(Encoding.UTF8.GetBytes(_channel), _subscription!, options, this);
        }
        catch (BrokerException)
        {
            Failures++;
            _ = Task.Delay(Pause).ContinueWith(_ => Dispatcher.Post(new Returning(this)), TaskScheduler.Default);
            return;
        }

        if (result.Status == AttachStatus.Pending)
        {
            return;
        }

        Assert.Equal(AttachStatus.Attached, result.Status);
        var steps = Resumption.Steps(Place, result).ToList();
        Place =
            Continuation.Translate(Place, result.Losses, result.Position.Epoch) with { Epoch = result.Position.Epoch };
        foreach (var step in steps)
        {
            if (step.Message is { } message)
            {
                Hear(message);
            }
            else
            {
                Hear(step.Notice);
            }
        }
    }

    private void Hear(in PositionNotice notice)
    {
        if (notice.Kind == PositionNoticeKind.Gap && notice.From != Place.Offset)
        {
            _faults.Add(string.Create(CultureInfo.InvariantCulture, $"gap from {notice.From} for {Place.Offset}"));
        }

        Place = Place with { Offset = notice.Next };
        if (_hasComeBack)
        {
            _told.Add(notice.Kind.ToString());
        }
    }

    private void Hear(Message message)
    {
        _told.Add(Encoding.UTF8.GetString(message.Payload));
        if (message.Offset != Place.Offset)
        {
            _faults.Add(string.Create(CultureInfo.InvariantCulture, $"{message.Offset} for {Place.Offset}"));
        }

        Place = Place with { Offset = message.Offset + 1 };
    }

    private void HearEnd(in Ending ending)
    {
        _told.Add(ending.Reason.ToString());
        Ends++;
        _hasComeBack = true;
        if (!_isAway)
        {
            Dispatcher.Post(new Returning(this));
        }
    }

    private sealed class Listening(ReturningClient client) : Subscription
    {
        protected override void Deliver(Message message) => client.Hear(message);

        protected override void End(Channel channel, in Ending ending) => client.HearEnd(ending);

        protected override void OnDue(uint now)
        {
        }
    }

    private sealed class Returning(ReturningClient client) : IWork
    {
        public bool Run(ref int budget)
        {
            budget--;
            if (!client._isAway)
            {
                client.Attach();
            }

            return true;
        }
    }

    private sealed class Waiting(ReturningClient client) : Postponement, IWork
    {
        public bool Run(ref int budget)
        {
            budget--;
            if (IsAnswered && client._postponed == this)
            {
                client.Handle();
            }

            return true;
        }

        protected override void Resume() => client.Dispatcher.Post(this);
    }
}

internal static class ReturningClients
{
    /// <summary>What each was told, a line each.</summary>
    public static string Told(this IEnumerable<ReturningClient> clients) =>
        string.Join('\n', clients.Select(client => client.Told));
}
