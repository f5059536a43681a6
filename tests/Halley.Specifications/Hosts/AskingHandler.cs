using System.Collections.Concurrent;
using Halley.Protocol;
using Halley.Protocol.Http;

namespace Halley.Specifications.Hosts;

/// <summary>Asks for every request, and replies what it asked.</summary>
public sealed class AskingHandler : IRequestHandler
{
    private readonly ConcurrentQueue<TaskCompletionSource<bool>> _asked = new();
    private int _times;

    public int Questions { get; set; } = 1;

    public int TimesHandled => Volatile.Read(ref _times);

    public void Handle(in HttpRequest request, IExchange exchange)
    {
        Interlocked.Increment(ref _times);
        if (exchange.TryRecall("x"u8, out bool _))
        {
            exchange.Reply(new ResponseHead("200 OK", []), [.. request.Path, (byte)' ', .. request.Body]);
            return;
        }

        for (var n = 0; n < Questions; n++)
        {
            var asked = new TaskCompletionSource<bool>();
            exchange.TryAwait("x"u8, new ValueTask<bool>(asked.Task), out _);
            _asked.Enqueue(asked);
        }
    }

    public Task UntilAskedAsync() => Eventually.TrueAsync(() => !_asked.IsEmpty, "the handler asks");

    public async Task AnswerAsync()
    {
        await UntilAskedAsync();
        Assert.True(_asked.TryDequeue(out var asked));
        asked.SetResult(true);
    }
}
