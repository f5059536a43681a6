namespace Halley.Protocol.Clients;

/// <summary>
/// The rules of the host itself for one client, beside tokens, hooks and namespaces: an application has policies of its
/// own. On the dispatcher of the client's exchange.
/// </summary>
public interface IClientRules
{
    /// <summary>Whether the client may do something with a channel. Must not block.</summary>
    ValueTask<bool> May(ClientAction action, byte[] channel);

    /// <summary>Answers a request that is refused for that, in the host's own words.</summary>
    void Refuse(IExchange exchange);
}

internal static class ClientRules
{
    /// <summary>Asks about all of some channels.</summary>
    /// <returns>False where the request is postponed.</returns>
    public static bool TryAsk(
        this IClientRules rules,
        ClientAction action,
        IReadOnlyList<byte[]> channels,
        IPostponable request,
        out bool isAllowed)
    {
        isAllowed = true;
        var isAnswered = true;

        // All that can be asked is asked at once.
        foreach (var channel in channels)
        {
            byte[] question = [.. action == ClientAction.Subscribe ? "subscribe: "u8 : "publish: "u8, .. channel];
            if (request.TryRecall(question, out bool may)
                || request.TryAwait(question, rules.May(action, channel), out may))
            {
                isAllowed &= may;
            }
            else
            {
                isAnswered = false;
            }
        }

        return isAnswered;
    }
}
