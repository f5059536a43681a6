using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>
/// The sessions of this process whose commands come with requests of their own, by the secret ids that these name. A
/// request may come to another process than the one that holds the session: then all are asked. Any thread.
/// </summary>
internal sealed class EmulatedSessions
{
    private const string Question = "centrifugo.emulation";

    // Each is a question to all processes, for whoever asks.
    private const int MostAsked = 1024;

    private readonly ConcurrentDictionary<string, CentrifugoSession> _sessions = new(StringComparer.Ordinal);
    private readonly Broker.IBroker _broker;
    private int _asked;

    public EmulatedSessions(Hub hub, Broker.IBroker broker)
    {
        _broker = broker;
        hub.Answers(Question, argument =>
            TryHear(Encoding.ASCII.GetString(argument.AsSpan(1, argument[0])), argument.AsMemory(1 + argument[0]))
                ? [1]
                : null);
    }

    /// <summary>Makes an id: whoever knows it speaks for the session.</summary>
    public static string NewId()
    {
        Span<byte> random = stackalloc byte[16];
        RandomNumberGenerator.Fill(random);
        return Base64Url.EncodeToString(random);
    }

    public void Add(string id, CentrifugoSession session) => _sessions[id] = session;

    public void Remove(string id) => _sessions.TryRemove(id, out _);

    /// <summary>Has a session of this process hear commands, soon and on its dispatcher.</summary>
    /// <returns>False where it is not here.</returns>
    public bool TryHear(string id, ReadOnlyMemory<byte> commands)
    {
        if (!_sessions.TryGetValue(id, out var session))
        {
            return false;
        }

        session.Dispatcher.Post(new Heard(session, commands));
        return true;
    }

    /// <summary>Has a session of another process hear commands.</summary>
    /// <returns>Whether it is anywhere; null where too many ask that already.</returns>
    public async ValueTask<bool?> HearElsewhere(string id, byte[] commands)
    {
        // Ids are ours, and shorter.
        if (id.Length is 0 or > byte.MaxValue)
        {
            return false;
        }

        if (Interlocked.Increment(ref _asked) > MostAsked)
        {
            Interlocked.Decrement(ref _asked);
            return null;
        }

        try
        {
            byte[] argument = [(byte)id.Length, .. Encoding.ASCII.GetBytes(id), .. commands];
            return (await _broker.Survey(Question, argument).ConfigureAwait(false)).Count > 0;
        }
        finally
        {
            Interlocked.Decrement(ref _asked);
        }
    }

    private sealed class Heard(CentrifugoSession session, ReadOnlyMemory<byte> commands) : IWork
    {
        /// <inheritdoc/>
        public bool Run(ref int budget)
        {
            budget--;
            session.HearFromElsewhere(commands.Span);
            return true;
        }
    }
}
