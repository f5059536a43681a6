using Halley.Protocol.Dialects.Centrifugo.Wire;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>
/// A session whose client says who it is, and nothing more: what it listens to is chosen by its token and its first
/// word.
/// </summary>
internal class OneWaySession(SessionContext context, IExchange exchange, Arrival arrival)
    : CentrifugoSession(context, exchange, arrival)
{
    /// <inheritdoc/>
    protected override bool TryHandle(ref ReadOnlySpan<byte> commands, ByteBuffer replies)
    {
        // Whatever it says besides means nothing.
        if (!IsAdmitted)
        {
            var rest = commands;
            var outcome = Carrier.Codec.Read<ConnectRequest>(ref rest, out var request) == WireFault.None
                ? TryConnect(request!)
                : Disconnect.BadRequest;
            if (outcome.IsPostponed)
            {
                return false;
            }

            NoteRefusal(outcome, "connect");
            if ((outcome.Disconnect ?? DisconnectFor(outcome.Error)) is { } end)
            {
                End(end);
            }
            else
            {
                Welcome((ConnectResult)outcome.Result!);
            }
        }

        commands = default;
        return true;
    }

    /// <summary>Tells the client that it is let in.</summary>
    protected virtual void Welcome(ConnectResult result) => Push([], new ConnectPush { Result = result });

    // It cannot be told an error.
    private static Disconnect? DisconnectFor(WireError? error) => error?.Code switch
    {
        null => null,
        103 => Disconnect.PermissionDenied,
        109 or 110 => Disconnect.Expired,
        111 => Disconnect.TooManyRequests,
        _ => Disconnect.ServerError,
    };
}
