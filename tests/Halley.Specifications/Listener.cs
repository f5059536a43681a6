using System.Text;
using Halley.Channels;
using Halley.Testing.Doubles;

namespace Halley.Specifications;

/// <summary>
/// A request that subscribes as a dialect's does, is handled again when it was postponed, and remembers what it was
/// told.
/// </summary>
public sealed class Listener : IPostponable
{
    private readonly SharedChannels _channels;
    private readonly int _process;
    private readonly byte[] _channel;
    private readonly Replay _replay;
    private readonly bool _mayCreate;
    private Waiting? _postponed;

    public Listener(SharedChannels channels, int process, string channel, Replay replay, bool mayCreate = true)
    {
        _channels = channels;
        _process = process;
        _channel = Encoding.UTF8.GetBytes(channel);
        _replay = replay;
        _mayCreate = mayCreate;
        Handle();
    }

    public RecordingSubscriber Subscriber { get; } = new();

    /// <summary>How it was attached, or why not; null while it waits.</summary>
    public AttachResult? Result { get; private set; }

    /// <summary>All it was told, missed and new, as text.</summary>
    public string Text => string.Join(' ', All.Select(message => Encoding.UTF8.GetString(message.Payload)));

    public IEnumerable<Message> All => (Result?.Missed ?? []).Concat(Subscriber.Messages);

    public IDispatcher Dispatcher => _channels.DispatcherOf(_process);

    public Postponement? Postponed => _postponed;

    public Postponement Postpone() => _postponed ??= new Waiting(this);

    public void Leave() => Subscriber.Detach();

    private void Handle()
    {
        var options = new AttachOptions { Replay = _replay, MayCreate = _mayCreate };
        var result = _channels.HubOf(_process).Attach(_channel, Subscriber, options, this);
        if (result.Status != AttachStatus.Pending)
        {
            Result = result;
        }
    }

    private sealed class Waiting(Listener listener) : Postponement, IWork
    {
        public bool Run(ref int budget)
        {
            budget--;
            if (IsAnswered && listener.Result is null)
            {
                listener.Handle();
            }

            return true;
        }

        protected override void Resume() => listener.Dispatcher.Post(this);
    }
}
