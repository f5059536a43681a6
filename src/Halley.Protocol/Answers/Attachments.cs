using Halley.Channels;
using Halley.Protocol.Http;
using Halley.Protocol.Transports;

namespace Halley.Protocol.Answers;

/// <summary>
/// The attachments of one request to the channels it names: to all of them, or where that cannot be, to none, since
/// what was attached is detached with the refusal, as with every answer. A thread has one of these and fills it anew.
/// </summary>
internal sealed class Attachments
{
    [ThreadStatic]
    private static Attachments? Own;

    private readonly List<AttachResult> _results = [];

    private Attachments()
    {
    }

    /// <summary>The result for each channel, in the order named.</summary>
    public IReadOnlyList<AttachResult> Results => _results;

    /// <summary>Whether the request waits in every channel: in none there was anything to tell.</summary>
    public bool IsWaiting => _results.TrueForAll(static result => result.Status == AttachStatus.Attached);

    /// <summary>An empty one; what this thread had before is gone.</summary>
    public static Attachments Begin()
    {
        Own ??= new Attachments();
        Own.Clear();
        return Own;
    }

    /// <summary>
    /// Makes the subscription to attach next: the connection itself first, so that a client of one channel is one
    /// object.
    /// </summary>
    public Subscription Next(IExchange exchange) =>
        _results.Count == 0 ? exchange.Subscription : exchange.AddSubscription();

    public void Add(in AttachResult result) => _results.Add(result);

    /// <summary>
    /// Writes what was missed in each channel, one after the other; of a single channel a <see cref="FirstSlice"/>.
    /// </summary>
    /// <param name="exchange">The exchange whose answer is held next, and goes on until it ends.</param>
    public void WriteMissed(TransportFormat format, Framing framing, ByteBuffer output, IExchange exchange)
    {
        if (_results.Count == 1)
        {
            FirstSlice.Write(format, _results[0], framing, output, exchange);
            return;
        }

        foreach (var result in _results)
        {
            foreach (var message in result.Missed)
            {
                format.WriteMessage(result.Channel!.Identity, message, framing, output);
            }
        }
    }

    /// <summary>Forgets all; to be called after use, since it may hold on to many messages.</summary>
    public void Clear() => _results.Clear();
}
