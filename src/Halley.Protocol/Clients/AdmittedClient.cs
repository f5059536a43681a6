using System.Buffers.Text;
using System.Security.Cryptography;
using Halley.Protocol.Answers;
using Halley.Protocol.Sessions;

namespace Halley.Protocol.Clients;

/// <summary>
/// Somebody whom an endpoint let in after asking who it is, or whom a namespace lets in with conditions; there is none
/// where nobody is asked. While an answer is held for it, <see cref="ClientRegistry"/> knows it, if it counts.
/// </summary>
public sealed class AdmittedClient
{
    // A connection comes back after that with a token that is worth something still.
    private static readonly TimeSpan LongestStay = TimeSpan.FromDays(7);

    /// <summary>The key by which a postponed request that was let in before finds that client.</summary>
    internal static ReadOnlySpan<byte> Question => "admitted"u8;

    private readonly ClientRegistry _registry;
    private readonly IDispatcher _dispatcher;
    private volatile HeldAnswer? _answer;
    private volatile Session? _session;
    private IReadOnlyList<byte[]> _channels = [];

    /// <param name="dispatcher">Where its requests are handled.</param>
    /// <param name="claims">What its token says; null where it has none.</param>
    /// <param name="user">Who it is; empty for nobody in particular.</param>
    public AdmittedClient(ClientRegistry registry, IDispatcher dispatcher, TokenClaims? claims, string user)
    {
        _registry = registry;
        _dispatcher = dispatcher;
        Claims = claims;
        User = user;
        Since = registry.Time.GetUtcNow();
        Id = NewId();
    }

    /// <summary>22 characters, drawn at random; one that comes back may have those that it had.</summary>
    public string Id { get; private set; }

    /// <summary>Empty where nobody in particular.</summary>
    public string User { get; }

    /// <summary>The JSON that others may see of the user; null for none.</summary>
    public byte[]? Info => Claims?.Info;

    /// <summary>The claims of its token; null where it has none.</summary>
    public TokenClaims? Claims { get; private set; }

    public DateTimeOffset Since { get; private set; }

    /// <summary>Whether it is one of those that are listed, counted and disconnected.</summary>
    public bool Counts { get; init; } = true;

    /// <summary>Those of its channels of which it has only what is published from now on.</summary>
    internal IReadOnlyList<byte[]> WithoutPast { get; init; } = [];

    /// <summary>Whether it may publish over the connection that it listens on.</summary>
    public bool MayPublish { get; internal set; }

    /// <summary>The channels that it asked to listen to.</summary>
    internal IReadOnlyList<byte[]> Wanted { get; init; } = [];

    /// <summary>Takes one message of what its user may publish in a while.</summary>
    /// <returns>False where there is nothing left of it.</returns>
    internal bool TryPublish() => _registry.MayPublish(User);

    /// <summary>The channels that it listens to; none while no answer is held for it. Any thread.</summary>
    public IReadOnlyList<byte[]> Channels =>
        _session is { } session ? [.. session.Channels.Select(channel => channel.Name.ToArray())] : _channels;

    /// <summary>The session that it speaks in; null where it speaks in none.</summary>
    internal Session? Session => _session;

    /// <summary>The time that it may stay from now on.</summary>
    internal TimeSpan Remaining =>
        Claims?.Expires is { } end && end - _registry.Time.GetUtcNow() is var left && left < LongestStay
            ? left
            : LongestStay;

    /// <summary>Whether its token is worth nothing any more.</summary>
    internal bool IsExpired => Claims?.Expires is { } end && end <= _registry.Time.GetUtcNow();

    /// <summary>
    /// Ends the answer that is held for it, and tells it that its permission has ended. Any thread; done soon.
    /// </summary>
    public void Disconnect() => _dispatcher.Post(new Disconnection(this));

    internal bool MayReadPast(ReadOnlySpan<byte> channel)
    {
        foreach (var hidden in WithoutPast)
        {
            if (channel.SequenceEqual(hidden))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>An answer is held for it from now on. On its dispatcher.</summary>
    internal void Begin(HeldAnswer answer, IReadOnlyList<byte[]> channels)
    {
        _channels = channels;
        _answer = answer;
        if (Counts)
        {
            _registry.Add(this);
        }
    }

    /// <summary>A session is its from now on. On its dispatcher.</summary>
    internal void Begin(Session session, HeldAnswer answer)
    {
        _session = session;
        _answer = answer;
        _registry.Add(this);
    }

    /// <summary>It has shown another token of the same user, or the application has. On its dispatcher.</summary>
    internal void Refresh(TokenClaims claims)
    {
        Claims = claims;
        _registry.Ledger?.Refresh(this);
    }

    /// <summary>It listens to one more channel, in a session. On its dispatcher.</summary>
    internal void Enter(byte[] channel) => _registry.Ledger?.Enter(this, channel);

    /// <summary>It listens to a channel no more, in a session. On its dispatcher.</summary>
    internal void Exit(byte[] channel) => _registry.Ledger?.Exit(this, channel);

    /// <summary>No answer is held for it any more. On its dispatcher.</summary>
    internal void End()
    {
        if (_answer is not null)
        {
            _answer = null;
            _registry.Remove(this);
        }
        else if (Counts && Wanted.Count > 0)
        {
            // A poll that was answered at once.
            _registry.Ledger?.Touch(User, Info, Wanted);
        }
    }

    /// <summary>It is one that was here before. Any thread.</summary>
    internal void Continue(string id, DateTimeOffset since) => (Id, Since) = (id, since);

    internal static string NewId()
    {
        Span<byte> random = stackalloc byte[16];
        RandomNumberGenerator.Fill(random);
        return Base64Url.EncodeToString(random);
    }

    private sealed class Disconnection(AdmittedClient client) : IWork
    {
        /// <inheritdoc/>
        public bool Run(ref int budget)
        {
            budget--;
            client._answer?.EndPermission(client);
            return true;
        }
    }
}
