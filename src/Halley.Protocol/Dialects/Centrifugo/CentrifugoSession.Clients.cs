using Halley.Protocol.Clients;

namespace Halley.Protocol.Dialects.Centrifugo;

// Who its client is, and what that may do.
internal partial class CentrifugoSession
{
    /// <summary>The client that has said who it is, or whom the host knows, and is not let in yet.</summary>
    public AdmittedClient Expect(TokenClaims? claims) => _client ??= new AdmittedClient(
        _context.Admission.Registry, Dispatcher, claims, claims?.User ?? Exchange.Client?.User ?? "");

    /// <summary>Whether its client may subscribe or publish to a channel.</summary>
    /// <returns>False where the command is postponed.</returns>
    public bool TryMay(ClientAction action, byte[] channel, out bool isAllowed)
    {
        isAllowed = _context.Admission.May(action, _client!, channel);
        return !isAllowed
            || Exchange.Rules is not { } rules
            || rules.TryAsk(action, [channel], this, out isAllowed);
    }

    /// <summary>Lets the client in that has said who it is.</summary>
    public void Admit()
    {
        _isAdmitted = true;
        Exchange.Admit(_client!);
        _client!.Begin(this, Answer);
        OnAdmitted();
    }
}
