namespace Halley.Channels;

/// <summary>Whoever holds the socket. All calls come on the dispatcher that the subscription was made for.</summary>
public interface ISubscriber
{
    /// <summary>One message, in order, once. The subscriber may detach this or any of its subscriptions meanwhile.</summary>
    void Deliver(Subscription subscription, Message message);

    /// <summary>The subscription has ended and will deliver no more; it is detached already.</summary>
    /// <param name="position">Where the stream ended: the next message would have had this offset.</param>
    void End(Subscription subscription, CloseReason reason, StreamPosition position);
}
