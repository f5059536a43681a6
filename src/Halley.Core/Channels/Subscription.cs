namespace Halley.Channels;

/// <summary>A receiver's place in one channel. Belongs to the dispatcher of its audience; one small object, since there may be a million.</summary>
public sealed class Subscription
{
    internal Subscription(Audience audience, ISubscriber subscriber, long next)
    {
        Audience = audience;
        Subscriber = subscriber;
        Next = next;
    }

    /// <summary>The channel it is a place in.</summary>
    public Channel Channel => Audience.Channel;

    internal Audience Audience { get; }

    internal ISubscriber Subscriber { get; }

    internal bool IsAttached { get; set; }

    /// <summary>The offset it is to get next: what comes with a lower one it has had already.</summary>
    internal long Next { get; set; }

    // Its neighbours in the audience, in the order of arrival.
    internal Subscription? Previous { get; set; }

    internal Subscription? Following { get; set; }

    /// <summary>Lets it deliver no more. On its dispatcher; a second call does nothing.</summary>
    public void Detach() => Channel.Detach(this);
}
