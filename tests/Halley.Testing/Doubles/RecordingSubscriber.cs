using System.Text;
using Halley.Channels;

namespace Halley.Testing.Doubles;

/// <summary>A subscriber that remembers what it was told, and does what the test wants meanwhile.</summary>
public sealed class RecordingSubscriber : Subscription
{
    private readonly List<Message> _messages = [];
    private readonly List<Ending> _ends = [];

    public IReadOnlyList<Message> Messages => _messages;

    public IEnumerable<long> Offsets => _messages.Select(message => message.Offset);

    /// <summary>The payloads as text, one beside the other.</summary>
    public string Text => string.Join(' ', _messages.Select(message => Encoding.UTF8.GetString(message.Payload)));

    /// <summary>Every end it was told; more than one is a fault.</summary>
    public IReadOnlyList<Ending> Ends => _ends;

    /// <summary>Called for each message after it was remembered.</summary>
    public Action<Message>? OnDeliver { get; set; }

    /// <summary>Called for each end after it was remembered.</summary>
    public Action? OnEnd { get; set; }

    protected override void Deliver(Message message)
    {
        _messages.Add(message);
        OnDeliver?.Invoke(message);
    }

    protected override void End(Channel channel, in Ending ending)
    {
        _ends.Add(ending);
        OnEnd?.Invoke();
    }

    protected override void OnDue(uint now)
    {
    }
}
