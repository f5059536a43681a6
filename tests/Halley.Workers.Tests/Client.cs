using System.Text;
using Halley.Access;
using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Workers.Tests;

/// <summary>A client of a worker: looks for its channel as a dialect does, and remembers what it was told.</summary>
internal sealed class Client : IPostponable
{
    private readonly Worker _worker;
    private readonly byte[] _channel;
    private readonly long _from;
    private readonly bool _mayCreate;
    private readonly ClientBlock _creator;

    public Client(Worker worker, byte[] channel, long from, bool mayCreate, ClientBlock creator)
    {
        _worker = worker;
        _channel = channel;
        _from = from;
        _mayCreate = mayCreate;
        _creator = creator;
        Handle();
    }

    public RecordingSubscriber Subscriber { get; } = new();

    /// <summary>What it missed and was given when it attached.</summary>
    public IReadOnlyList<Message> Missed { get; private set; } = [];

    /// <summary>How its request was answered; null while it waits.</summary>
    public AttachStatus? Answer { get; private set; }

    public Channel? Channel { get; private set; }

    /// <summary>All it was told, missed and new, as text.</summary>
    public string Text =>
        string.Join(
            ' ', Missed.Concat(Subscriber.Messages).Select(message => Encoding.UTF8.GetString(message.Payload)));

    public IEnumerable<long> Offsets => Missed.Concat(Subscriber.Messages).Select(message => message.Offset);

    public IDispatcher Dispatcher => _worker.Dispatcher;

    public Postponement? Postponed { get; private set; }

    /// <summary>It has gone, and what it waits for is for nothing.</summary>
    public bool HasGone { get; set; }

    public Postponement Postpone() => Postponed ??= new Waiting(this);

    public void Leave() => Subscriber.Detach();

    private void Handle()
    {
        if (HasGone)
        {
            return;
        }

        var result = _worker.Hub.Attach(
            _channel,
            Subscriber,
            new AttachOptions { Replay = Replay.From(_from), MayCreate = _mayCreate, Creator = _creator },
            this);
        if (result.Status != AttachStatus.Pending)
        {
            (Answer, Missed, Channel) = (result.Status, result.Missed, Subscriber.Channel);
        }
    }

    private sealed class Waiting(Client client) : Postponement, IWork
    {
        public bool Run(ref int budget)
        {
            if (IsAnswered && client.Answer is null)
            {
                client.Handle();
            }

            return true;
        }

        protected override void Resume() => client._worker.Dispatcher.Post(this);
    }
}
