namespace Halley.Engine.Connections;

// A request that another process has to be asked about first: it stays where it was received, and is handled again from its beginning.
internal sealed partial class Connection
{
    // Whoever answers has a limit of its own; this is for one that forgets to.
    private static readonly TimeSpan MostPostponed = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public Postponement? Postponed => Is(ConnectionTraits.IsPostponed) ? Reactor.Postponed[this] : null;

    /// <inheritdoc/>
    public Postponement Postpone()
    {
        // Beside the connection: few wait at a time, and a million need no place for it.
        if (!Is(ConnectionTraits.IsPostponed))
        {
            _traits |= ConnectionTraits.IsPostponed;
            Reactor.Postponed.Add(this, new PostponedRequest(this));
            SetTimer(MostPostponed > Reactor.Options.RequestTimeout ? MostPostponed : Reactor.Options.RequestTimeout);
        }

        // Whatever it was attached to: it begins anew.
        DetachAll();
        _state = ConnectionState.Postponed;
        return Reactor.Postponed[this];
    }

    /// <summary>What it waited for is answered.</summary>
    public void HandleAgain(PostponedRequest request)
    {
        // It may be another by now, or have asked for more.
        if (_state != ConnectionState.Postponed || Reactor.Postponed[this] != request || !request.IsAnswered)
        {
            return;
        }

        try
        {
            _state = ConnectionState.Reading;
            ProcessSentAhead();
            if (Is(ConnectionTraits.PeerEnded) && !_isPaused && _state != ConnectionState.Closed)
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
            _traits &= ~ConnectionTraits.IsPostponed;
            Reactor.Postponed.Remove(this);
        }
    }
}
