using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace KestrelSse;

/// <summary>Messages on their way to one subscriber. One that is a hundred behind is ended.</summary>
internal sealed class Subscription(Action<Subscription> onDispose) : IDisposable
{
    private readonly Channel<string> _messages = Channel.CreateBounded<string>(
        new BoundedChannelOptions(100) { SingleReader = true });

    public void Send(string message)
    {
        if (!_messages.Writer.TryWrite(message))
        {
            _messages.Writer.TryComplete();
        }
    }

    public async IAsyncEnumerable<SseItem<string>> ReadAll([EnumeratorCancellation] CancellationToken ended)
    {
        await foreach (var message in _messages.Reader.ReadAllAsync(ended))
        {
            yield return new SseItem<string>(message);
        }
    }

    public void Dispose() => onDispose(this);
}
