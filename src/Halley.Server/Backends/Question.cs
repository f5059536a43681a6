using Halley.Protocol.Backends;

namespace Halley.Server.Backends;

/// <summary>One question to a backend, from when it is put until its answer is told, or it is given up.</summary>
/// <param name="patience">Cancelled when its time is up, or when it is given up while it is under way.</param>
internal sealed class Question(
    BackendRequest request,
    IDispatcher dispatcher,
    Action<BackendAnswer> whenAnswered,
    CancellationTokenSource patience)
    : IWork, IDisposable
{
    private BackendAnswer? _answer;
    private volatile bool _isGivenUp;

    public BackendRequest Request { get; } = request;

    public CancellationTokenSource Patience { get; } = patience;

    /// <summary>
    /// Its place among those of its client that wait; null while it does not wait. Under the lock of
    /// <see cref="BackendPlaces"/>.
    /// </summary>
    public LinkedListNode<Question>? Place { get; set; }

    /// <summary>Whether it has a place under way. Under that lock.</summary>
    public bool IsUnderWay { get; set; }

    /// <summary>Nobody wants the answer any more.</summary>
    public bool IsGivenUp
    {
        get => _isGivenUp;
        set => _isGivenUp = value;
    }

    /// <summary>Lets the answer be told, once. Any thread.</summary>
    public void Tell(BackendAnswer answer)
    {
        if (!IsGivenUp)
        {
            _answer = answer;
            dispatcher.Post(this);
        }
    }

    /// <summary>
    /// Lets its clock go; once it neither waits nor is under way. It may still be told, and given up.
    /// </summary>
    public void Dispose() => Patience.Dispose();

    /// <inheritdoc/>
    bool IWork.Run(ref int budget)
    {
        budget--;
        if (!IsGivenUp)
        {
            whenAnswered(_answer!);
        }

        return true;
    }
}
