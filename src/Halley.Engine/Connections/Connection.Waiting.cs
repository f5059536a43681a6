namespace Halley.Engine.Connections;

// A request that waits. Postponed, it stays where it was received and is handled again from its beginning, once another
// process has answered. Awaited, its answer comes later; where its client leaves before, nothing is done for nobody.
internal sealed partial class Connection
{
    // Whoever answers has a limit of its own; this is for one that forgets to.
    private static readonly TimeSpan LongestPostponement = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public Postponement? Postponed => Is(ConnectionTraits.IsPostponed) ? Host.Postponed[this] : null;

    /// <inheritdoc/>
    public Postponement Postpone()
    {
        // Beside the connection: few wait at a time, and a million need no place for it.
        if (!Is(ConnectionTraits.IsPostponed))
        {
            Host.Postponed.Add(this, new PostponedRequest(this, Listener.Options));
            Set(ConnectionTraits.IsPostponed, true);
        }

        // Anew for each question: a batch of commands has many, one after the other.
        var timeout = Host.Options.RequestTimeout;
        SetTimer(LongestPostponement > timeout ? LongestPostponement : timeout);

        // Whatever it was attached to: it begins anew.
        var postponed = Host.Postponed[this];
        DetachAll(postponed);
        _state = ConnectionState.Postponed;
        return postponed;
    }

    /// <summary>Handles a postponed request again, once all that it waited for is answered.</summary>
    public void HandleAgain(PostponedRequest request)
    {
        // It may be another by now, or have asked for more.
        if (_state != ConnectionState.Postponed || Host.Postponed[this] != request || !request.IsAnswered)
        {
            return;
        }

        try
        {
            _state = ConnectionState.Reading;
            ProcessSentAhead();
            if (Is(ConnectionTraits.PeerEnded) && !IsPaused && _state != ConnectionState.Closed)
            {
                OnPeerEnded();
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    private void ForgetPostponed()
    {
        if (Is(ConnectionTraits.IsPostponed))
        {
            Set(ConnectionTraits.IsPostponed, false);
            Host.Postponed.Remove(this);
        }
    }

    // Whether its client has gone, as the end of the client's side counts here.
    private bool EndsWithClient => Is(ConnectionTraits.Awaits) && Host.Awaited[this].EndsWithClient;

    /// <inheritdoc/>
    public void Await(Action? giveUp, bool endsWithClient)
    {
        if (giveUp is null)
        {
            if (Is(ConnectionTraits.Awaits))
            {
                Set(ConnectionTraits.Awaits, false);
                Host.Awaited.Remove(this);
            }

            return;
        }

        if (_state == ConnectionState.Closed)
        {
            giveUp();
            return;
        }

        // Beside the connection: few wait at a time.
        Set(ConnectionTraits.Awaits, true);
        Host.Awaited[this] = new AwaitedAnswer(giveUp, endsWithClient);
    }

    private void GiveUpAwaited()
    {
        if (Is(ConnectionTraits.Awaits))
        {
            Set(ConnectionTraits.Awaits, false);
            Host.Awaited.Remove(this, out var awaited);
            awaited.GiveUp();
        }
    }
}
