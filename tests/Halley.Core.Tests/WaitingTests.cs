namespace Halley.Core.Tests;

/// <summary>
/// A request that waits is handled again from its beginning, and what was done for it before is not done again.
/// </summary>
public sealed class WaitingTests
{
    private int _published;

    [Fact]
    public void An_answer_that_is_there_at_once_postpones_nothing()
    {
        var request = new Request();

        Assert.True(request.TryAwait("publish"u8, Publish(), out var place));

        Assert.Equal(1, place);
        Assert.Null(request.Postponed);
    }

    [Fact]
    public async Task What_was_done_at_once_while_it_was_handled_again_is_not_done_again_when_it_has_to_wait_once_more()
    {
        var request = new Request();
        var (first, last) = (new TaskCompletionSource<int>(), new TaskCompletionSource<int>());
        Assert.False(Handle(request, first.Task, new(Publish), last.Task));
        first.SetResult(0);
        await request.Resumed.WaitAsync(TestContext.Current.CancellationToken);

        Assert.False(Handle(request, first.Task, new(Publish), last.Task));
        last.SetResult(0);
        await request.Resumed.WaitAsync(TestContext.Current.CancellationToken);

        Assert.True(Handle(request, first.Task, new(Publish), last.Task));
        Assert.Equal(1, _published);
    }

    [Fact]
    public async Task What_was_done_by_a_task_that_had_ended_already_is_not_done_again_either()
    {
        var request = new Request();
        var last = new TaskCompletionSource<int>();
        var done = new Func<ValueTask<int>>(() => new(Task.FromResult(++_published)));

        var isHandled = Handle(request, Task.FromResult(0), done, last.Task);
        last.SetResult(0);
        while (!isHandled)
        {
            await request.Resumed.WaitAsync(TestContext.Current.CancellationToken);
            isHandled = Handle(request, Task.FromResult(0), done, last.Task);
        }

        Assert.Equal(1, _published);
    }

    // As handlers do: three questions, of which the second one changes something.
    private static bool Handle(Request request, Task<int> first, Func<ValueTask<int>> second, Task<int> last) =>
        (request.TryRecall("first"u8, out int _) || request.TryAwait("first"u8, new ValueTask<int>(first), out _))
        && (request.TryRecall("publish"u8, out int _) || request.TryAwait("publish"u8, second(), out _))
        && (request.TryRecall("last"u8, out int _) || request.TryAwait("last"u8, new ValueTask<int>(last), out _));

    private ValueTask<int> Publish() => new(++_published);

    private sealed class Request : IPostponable
    {
        private Again? _postponed;

        public SemaphoreSlim Resumed { get; } = new(0);

        public IDispatcher Dispatcher => throw new NotSupportedException();

        public Postponement? Postponed => _postponed;

        public Postponement Postpone() => _postponed ??= new Again(this);

        private sealed class Again(Request request) : Postponement
        {
            protected override void Resume() => request.Resumed.Release();
        }
    }
}
