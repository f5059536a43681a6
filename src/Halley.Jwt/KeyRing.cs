using Microsoft.IdentityModel.Tokens;

namespace Halley.Jwt;

/// <summary>
/// The keys that there are now: those known from the start, and those that an address publishes. These are fetched when
/// they are first needed, when they are old, and when a token names a key that is not among them; not more often than
/// every half a minute, or every five seconds while there is none, whatever tokens name. A set that cannot be fetched
/// leaves the one before. Any thread.
/// </summary>
internal sealed class KeyRing(JwtOptions options, Func<Uri, Task<string>> fetch, TimeProvider time)
{
    private static readonly TimeSpan LeastPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PauseWithoutKeys = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private IReadOnlyList<SecurityKey> _published = [];
    private string _json = "";
    private long _asked;
    private bool _wasAsked;
    private Task _fetching = Task.CompletedTask;

    /// <summary>Changes with the keys.</summary>
    public int Version { get; private set; }

    /// <summary>Whether keys are published somewhere and none has been fetched yet.</summary>
    public bool IsWanting => options.JwksUrl is not null && _published.Count == 0;

    /// <summary>The keys that are known now.</summary>
    public IReadOnlyList<SecurityKey> Known => [.. options.Keys, .. _published];

    /// <summary>Begins to fetch the keys, where that is due.</summary>
    /// <param name="keyId">What the token calls its key; null where it does not.</param>
    /// <returns>What to wait for, where the token's key may come with it; null for nothing.</returns>
    public Task? Renew(string? keyId) =>
        options.JwksUrl is { } url && IsDue(keyId, out var fetching, url) ? fetching : null;

    private bool IsDue(string? keyId, out Task fetching, Uri url)
    {
        lock (_lock)
        {
            fetching = _fetching;
            if (!_fetching.IsCompleted)
            {
                return !Knows(keyId);
            }

            var age = _wasAsked ? time.GetElapsedTime(_asked) : TimeSpan.MaxValue;
            var isOld = age >= options.JwksRefresh;
            if (age < (IsWanting ? PauseWithoutKeys : LeastPause) || !(isOld || !Knows(keyId)))
            {
                return false;
            }

            (_asked, _wasAsked) = (time.GetTimestamp(), true);
            fetching = _fetching = Fetch(url);

            // An old set serves until the next one is there.
            return !Knows(keyId);
        }
    }

    private bool Knows(string? keyId) => _published.Count > 0
        && (keyId is null
            || _published.Any(key => key.KeyId == keyId)
            || options.Keys.Any(key => key.KeyId == keyId));

    private async Task Fetch(Uri url)
    {
        try
        {
            var json = await fetch(url).ConfigureAwait(false);
            var keys = SigningKeys.OfJwks(json);
            lock (_lock)
            {
                if (json != _json)
                {
                    (_json, _published) = (json, keys);
                    Version++;
                }
            }
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Tried again when the pause is over.
            options.WhenNotFetched?.Invoke(failure.Message);
        }
    }
}
