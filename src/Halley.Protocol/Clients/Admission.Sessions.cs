namespace Halley.Protocol.Clients;

// Who may do what in a session: it is asked for each command of a client who was let in once.
public sealed partial class Admission
{
    /// <summary>Whether clients show a token here.</summary>
    internal bool AsksToken => tokens is not null;

    /// <summary>The clients that are here.</summary>
    internal ClientRegistry Registry => registry;

    internal ChannelNamespaces Namespaces => namespaces;

    /// <summary>Verifies a token; where none is asked for, none is right.</summary>
    /// <param name="verdict">What it is worth; null where it cannot be looked at now.</param>
    /// <returns>False where the command is postponed.</returns>
    internal bool TryVerify(ReadOnlySpan<byte> token, IPostponable command, out TokenVerdict? verdict)
    {
        if (tokens is not null)
        {
            return tokens.TryVerify(token, command, out verdict);
        }

        verdict = TokenVerdict.Wrong("No token is asked for here.");
        return true;
    }

    /// <summary>Whether a token is revoked for a channel; of an empty name, altogether.</summary>
    internal bool IsRevoked(TokenClaims token, ReadOnlySpan<byte> channel = default) =>
        registry.Revocations.Concern(token, channel);

    /// <summary>Whether a client may subscribe or publish to a channel.</summary>
    internal bool May(ClientAction action, AdmittedClient client, byte[] channel)
    {
        if (client.Claims is { } token && registry.Revocations.Concern(token, channel))
        {
            return false;
        }

        return namespaces.RuleOf(action, channel) switch
        {
            WhoMay.Nobody => false,
            WhoMay.Users => client.User.Length > 0,
            WhoMay.Anyone => true,
            _ => tokens is null || client.Claims?.For(action)?.Include(channel) == true,
        };
    }

    /// <summary>Whether a client may read what a channel keeps.</summary>
    internal bool MayReadPast(AdmittedClient client, byte[] channel) => namespaces.MayReadPast(channel, client.User);

    /// <summary>
    /// Whether a client may know who is in a channel: null where nobody may, since clients do not count there.
    /// </summary>
    internal bool? MayKnowWho(AdmittedClient client, byte[] channel) => namespaces.Find(channel)?.Presence switch
    {
        null => null,
        WhoMay.Nobody => false,
        WhoMay.Users => client.User.Length > 0,
        _ => true,
    };
}
