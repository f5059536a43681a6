using System.Collections.Concurrent;

namespace KestrelSse;

/// <summary>Who listens to what; safe from any thread. A channel that was named once stays.</summary>
internal sealed class Channels
{
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<Subscription, bool>> _subscriptions = new();

    public Subscription Subscribe(string channel)
    {
        var subscriptions = _subscriptions.GetOrAdd(channel, _ => new(concurrencyLevel: 1, capacity: 1));
        var subscription = new Subscription(ended => subscriptions.TryRemove(ended, out _));
        subscriptions.TryAdd(subscription, true);
        return subscription;
    }

    public void Publish(string channel, string message)
    {
        if (_subscriptions.TryGetValue(channel, out var subscriptions))
        {
            foreach (var (subscription, _) in subscriptions)
            {
                subscription.Send(message);
            }
        }
    }
}
