using System.Globalization;

namespace Halley.Load.Wire;

/// <summary>The plan of one client process's subscribers: all that a child has to know.</summary>
internal sealed record SubscriptionPlan
{
    /// <summary>A URL with places for {channel} and, where the server takes a position there, {seq}.</summary>
    public required string Subscribe { get; init; }

    public required Transport Transport { get; init; }

    /// <summary>
    /// The text that a WebSocket client sends once it may speak, with a place for {channel}; empty: none.
    /// </summary>
    public string Hello { get; init; } = "";

    /// <summary>A text by which an answer of status 200 refuses a subscriber; empty: none does.</summary>
    public string Refusal { get; init; } = "";

    /// <summary>
    /// Whether a long poll's head comes at once. If not, a subscriber counts as held once it has asked.
    /// </summary>
    public bool IsHeldAtHead { get; init; } = true;

    /// <summary>Whether a long poll that was answered asks again.</summary>
    public bool PollsAgain { get; init; } = true;

    /// <summary>Header lines of every subscriber.</summary>
    public IReadOnlyList<string> Headers { get; init; } = [];

    public bool HasBrowserHeaders { get; init; }

    /// <summary>The beginning of the names of all channels of this run.</summary>
    public required string ChannelPrefix { get; init; }

    /// <summary>Subscriber i of all listens to channel i modulo this.</summary>
    public required int Channels { get; init; }

    /// <summary>The number of the first of these subscribers among those of all processes.</summary>
    public int First { get; init; }

    public required int Count { get; init; }

    public required int PayloadSize { get; init; }

    public required int Run { get; init; }

    /// <summary>
    /// Subscriptions asked for and not yet answered, at most. 64 is below the smallest listen queue we measure (128).
    /// </summary>
    public int Window { get; init; } = 64;

    /// <summary>
    /// The second and third byte of the source addresses 127.x.y.1, 127.x.y.2 and on: no two clients share one.
    /// </summary>
    public byte[] SourceNet { get; init; } = [1, 1];

    /// <summary>Bytes of the kernel's receive buffer per connection; 0: the system's own.</summary>
    public int ReceiveBuffer { get; init; }

    public int ChannelOf(int subscriber) => (First + subscriber) % Channels;

    public string ChannelName(int channel) => ChannelPrefix + channel.ToString(CultureInfo.InvariantCulture);
}
