namespace Halley.Engine.Connections;

// A request whose answer comes later, from elsewhere: where its client goes before, that is told, so that nothing is done for nobody.
internal sealed partial class Connection
{
    // Its client has ended its side, and that is its end here.
    private bool AwaitsInVain => Is(ConnectionTraits.Awaits) && Reactor.Awaited[this].EndsWithClient;

    /// <inheritdoc/>
    public void Await(Action? giveUp, bool endsWithClient)
    {
        if (giveUp is null)
        {
            if (Is(ConnectionTraits.Awaits))
            {
                _traits &= ~ConnectionTraits.Awaits;
                Reactor.Awaited.Remove(this);
            }

            return;
        }

        if (_state == ConnectionState.Closed)
        {
            giveUp();
            return;
        }

        // Beside the connection: few wait at a time.
        _traits |= ConnectionTraits.Awaits;
        Reactor.Awaited[this] = new AwaitedAnswer(giveUp, endsWithClient);
    }

    private void GiveUpAwaited()
    {
        if (Is(ConnectionTraits.Awaits))
        {
            _traits &= ~ConnectionTraits.Awaits;
            Reactor.Awaited.Remove(this, out var awaited);
            awaited.GiveUp();
        }
    }
}
