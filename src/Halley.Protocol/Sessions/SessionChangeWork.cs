using Halley.Broker;

namespace Halley.Protocol.Sessions;

/// <summary>
/// Makes a change to a session, on its dispatcher. Where that has to wait, it is tried again from its beginning, as a
/// client's command is; commands of the client do not wait for it.
/// </summary>
internal sealed class SessionChangeWork(Session session, SessionChange change) : Postponement, IPostponable, IWork
{
    private readonly TaskCompletionSource<SessionChangeStatus> _done =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private bool _isPostponed;

    /// <inheritdoc/>
    public IDispatcher Dispatcher => session.Dispatcher;

    /// <inheritdoc/>
    public Postponement? Postponed => _isPostponed ? this : null;

    /// <summary>Begins. Any thread.</summary>
    /// <returns>What became of it, never <see cref="SessionChangeStatus.Postponed"/>.</returns>
    public Task<SessionChangeStatus> Begin()
    {
        Dispatcher.Post(this);
        return _done.Task;
    }

    /// <inheritdoc/>
    public bool MayReadPast(ReadOnlySpan<byte> channel) => session.MayReadPast(channel);

    /// <inheritdoc/>
    public Postponement Postpone()
    {
        _isPostponed = true;
        return this;
    }

    /// <inheritdoc/>
    public bool Run(ref int budget)
    {
        budget--;
        if (Try() is var status && status != SessionChangeStatus.Postponed)
        {
            _done.TrySetResult(status);
        }

        return true;
    }

    /// <inheritdoc/>
    protected override void Resume() => Dispatcher.Post(this);

    private SessionChangeStatus Try()
    {
        try
        {
            return session.IsOpen ? session.Make(change, this) : SessionChangeStatus.NotNeeded;
        }
        catch (BrokerException)
        {
            return SessionChangeStatus.Failed;
        }
        catch (Exception exception)
        {
            session.FailFor(exception);
            return SessionChangeStatus.Failed;
        }
    }
}
