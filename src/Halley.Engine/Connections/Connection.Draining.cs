namespace Halley.Engine.Connections;

// The end of a connection of a node that drains.
internal sealed partial class Connection
{
    /// <summary>
    /// Ends it where nothing is under way: a held answer with its transport's words for coming back; a connection
    /// that waits for a request at once, unless it is a publisher's.
    /// </summary>
    /// <param name="after">The time after which a subscriber is to come back.</param>
    /// <param name="expectsFirst">Whether one is left that no request has come on yet.</param>
    /// <param name="atOnce">
    /// Whether such a one is not, nor a subscriber that has not been told all that was published.
    /// </param>
    /// <returns>Whether something is under way still.</returns>
    public bool Drain(TimeSpan after, bool expectsFirst, bool atOnce)
    {
        try
        {
            if (IsHeld)
            {
                // The next poll of its client goes elsewhere, also one that is on its way.
                KeepsAlive = false;
                MustLinger |= Format!.EndsWithMessage;
                TryEndToReturn(after, atOnce);
                Flush();
            }
            else if (_state == ConnectionState.Reading && IsAllSent && !AwaitsRest && !IsPaused)
            {
                if (Listener.Options.MayUseReserve)
                {
                    return false;
                }

                // A request that stays open for another one leaves a trait of its own.
                if (expectsFirst && !atOnce && _request == default)
                {
                    return true;
                }

                Close(CloseReason.Draining);
                return false;
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        return _state is not (ConnectionState.Lingering or ConnectionState.Closed);
    }
}
