using System.Collections.Concurrent;
using System.Text;

namespace Halley.Protocol.Clients;

/// <summary>
/// The tokens that are worth nothing any more, whatever they say: those of a user, one by its own name, or those for a
/// channel, as far as they were made before that was said. Forgotten with the process. Any thread.
/// </summary>
public sealed class Revocations(TimeProvider time)
{
    /// <summary>The number of revocations that are remembered.</summary>
    public const int Most = 100_000;

    private readonly ConcurrentDictionary<Revocation, (DateTimeOffset Said, DateTimeOffset? Until)> _said = new();

    /// <summary>Adds one; said again, it counts from now on.</summary>
    /// <param name="until">
    /// When it may be forgotten: where all tokens that it concerns have expired; null for never.
    /// </param>
    /// <returns>False where as many as may be are remembered.</returns>
    public bool TryAdd(Revocation revocation, DateTimeOffset? until)
    {
        if (_said.Count >= Most)
        {
            ForgetPast();
        }

        if (_said.Count >= Most && !_said.ContainsKey(revocation))
        {
            return false;
        }

        _said[revocation] = (time.GetUtcNow(), until);
        return true;
    }

    /// <summary>Whether a token is revoked for a channel.</summary>
    internal bool Concern(TokenClaims token, ReadOnlySpan<byte> channel)
    {
        if (_said.IsEmpty)
        {
            return false;
        }

        var name = Encoding.Latin1.GetString(channel);
        return (token.TokenId is { } id && Has(new Revocation(null, id, null), null))
            || (token.User.Length > 0 && Has(new Revocation(token.User, null, null), token.IssuedAt))
            || Has(new Revocation(null, null, name), token.IssuedAt)
            || (token.User.Length > 0 && Has(new Revocation(token.User, null, name), token.IssuedAt));
    }

    // A token says its second: one that was made in the second of the revocation may be older than that.
    private bool Has(Revocation revocation, DateTimeOffset? issuedAt) =>
        _said.TryGetValue(revocation, out var said)
        && !(said.Until <= time.GetUtcNow())
        && !(issuedAt > said.Said);

    private void ForgetPast()
    {
        var now = time.GetUtcNow();
        foreach (var (revocation, (_, until)) in _said)
        {
            if (until <= now)
            {
                _said.TryRemove(revocation, out _);
            }
        }
    }
}

/// <summary>A revocation: of a user, a token, a channel, or a user's tokens for a channel.</summary>
/// <param name="Channel">Its name, a character for each byte.</param>
public sealed record Revocation(string? User, string? TokenId, string? Channel);
