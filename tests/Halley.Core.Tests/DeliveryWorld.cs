using Halley.Testing.Doubles;

namespace Halley.Core.Tests;

/// <summary>
/// A channel, three dispatchers, those who listen, and beside them the plainest account of what each has to be told.
/// </summary>
internal sealed class DeliveryWorld : IDisposable
{
    private readonly ManualDispatcher[] _dispatchers = [new(), new(), new()];
    private readonly List<DeliveryListener> _listeners = [];
    private readonly Hub _hub;
    private readonly int _historySize;

    public DeliveryWorld(int historySize)
    {
        _historySize = historySize;
        _hub = new Hub(new HubOptions { HistorySize = historySize }, new ManualTime());
        Stream = new DeliveryStream(_hub.FindOrCreate("news"u8)!, historySize);
    }

    /// <summary>The incarnation of the channel that there is now.</summary>
    public DeliveryStream Stream { get; private set; }

    public void Do(DeliveryStep step)
    {
        switch (step.Verb)
        {
            case DeliveryVerb.Publish:
                Stream.Publish();
                break;
            case DeliveryVerb.Run:
                _dispatchers[step.Which % _dispatchers.Length].RunSlice(step.Amount);
                break;
            case DeliveryVerb.Detach when _listeners.Count > 0:
                _listeners[step.Which % _listeners.Count].Leave();
                break;
            case DeliveryVerb.Clear:
                Stream.Clear();
                break;
            case DeliveryVerb.Close:
                Assert.True(_hub.Close("news"u8, out var end));
                Assert.Equal(Stream.Position, end.Position);
                Stream = new DeliveryStream(_hub.FindOrCreate("news"u8)!, _historySize);
                break;
            case DeliveryVerb.Attach or DeliveryVerb.Poll or DeliveryVerb.AttachFickle or DeliveryVerb.AttachJealous:
                Attach(step);
                break;
            default:
                break;
        }
    }

    public void AssertEverybodyWasTold()
    {
        foreach (var dispatcher in _dispatchers)
        {
            dispatcher.RunAll(slice: 2);
        }

        Assert.All(_listeners, listener => listener.AssertToldEverything());
        Assert.Equal(_listeners.Count(listener => listener.IsAttached), _hub.SubscriberCount);
    }

    public void Dispose() => _hub.Dispose();

    private void Attach(DeliveryStep step)
    {
        var listener = new DeliveryListener(this, _dispatchers[step.Which % _dispatchers.Length]);
        switch (step.Verb)
        {
            case DeliveryVerb.Poll:
                listener.OnMessage = listener.PollAgain;
                break;
            case DeliveryVerb.AttachFickle:
                listener.OnMessage = listener.Leave;
                break;
            case DeliveryVerb.AttachJealous:
                var rivals = _listeners.Where(rival => rival.Dispatcher == listener.Dispatcher).ToArray();
                listener.OnMessage = rivals.Length > 0 ? rivals[step.Amount % rivals.Length].Leave : listener.Leave;
                break;
            default:
                break;
        }

        _listeners.Add(listener);
        listener.Attach(Stream, Math.Max(Stream.Position.Offset - step.Amount, 0));
    }
}
