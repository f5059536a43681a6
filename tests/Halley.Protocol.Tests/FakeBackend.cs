using Halley.Protocol.Backends;

namespace Halley.Protocol.Tests;

/// <summary>A backend that answers when it is told to.</summary>
internal sealed class FakeBackend : IBackend
{
    private readonly Queue<(IDispatcher Dispatcher, Action<BackendAnswer> Answer)> _asked = new();

    public List<BackendRequest> Requests { get; } = [];

    public BackendRequest Last => Requests[^1];

    /// <summary>How many questions nobody wanted answered any more.</summary>
    public int GivenUp { get; private set; }

    public Action Ask(BackendRequest request, IDispatcher dispatcher, Action<BackendAnswer> whenAnswered)
    {
        Requests.Add(request);
        _asked.Enqueue((dispatcher, whenAnswered));
        return () => GivenUp++;
    }

    public void Answer(int status, string body = "", params (string, string)[] fields) =>
        Answer(new BackendAnswer(BackendOutcome.Answered, status, "Reason", fields, body.Latin1()));

    public void Fail(BackendOutcome outcome) => Answer(BackendAnswer.Without(outcome));

    private void Answer(BackendAnswer answer)
    {
        var (_, tell) = _asked.Dequeue();
        tell(answer);
    }
}
