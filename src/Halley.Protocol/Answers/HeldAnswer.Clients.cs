using Halley.Protocol.Clients;

namespace Halley.Protocol.Answers;

// Who it is held for, where that was asked.
public abstract partial class HeldAnswer
{
    // The clock may be late by a turn: when this is over, the permission is over by the wall clock, too.
    private static readonly TimeSpan PermissionSlack = TimeSpan.FromSeconds(1);

    /// <summary>The client that was let in; see <see cref="IExchange.Client"/>.</summary>
    public AdmittedClient? Client => (_traits & Traits.HasClient) != 0 ? Shared.Clients[this] : null;

    /// <inheritdoc cref="IPostponable.MayReadPast"/>
    public bool MayReadPast(ReadOnlySpan<byte> channel) => Client is not { } client || client.MayReadPast(channel);

    /// <summary>Says who was let in; see <see cref="IExchange.Admit"/>.</summary>
    public void Admit(AdmittedClient client)
    {
        // Beside the answer: where nobody is asked, a million need no place for it.
        ForgetClient();
        _traits |= Traits.HasClient;
        Shared.Clients[this] = client;
    }

    /// <summary>
    /// Detaches it from all its channels: its request will be handled again, and find there who was let in before.
    /// </summary>
    protected void DetachAll(Postponement postponed)
    {
        if (Client is { } client)
        {
            postponed.Keep(AdmittedClient.Question, client);
        }

        DetachAll();
    }

    /// <summary>Ends it where it is held for a client that may not listen any more.</summary>
    internal void EndPermission(AdmittedClient client)
    {
        try
        {
            if (IsHeld && Client == client && HasRoom())
            {
                EndHeld(ReasonWithoutPermission);
            }
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    /// <summary>The reason for ending it where its client may not listen any more.</summary>
    // A poll ends as at any time: when it comes back it is told why it may not.
    protected CloseReason ReasonWithoutPermission =>
        OwesHead || _format!.EndsWithMessage ? CloseReason.Expired : CloseReason.PermissionEnded;

    private void ForgetClient()
    {
        if ((_traits & Traits.HasClient) != 0)
        {
            _traits &= ~Traits.HasClient;
            Shared.Clients.Remove(this, out var client);
            client!.End();
        }
    }
}
