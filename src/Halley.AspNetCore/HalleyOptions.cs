using Halley.Protocol.Dialects.PushStream;
using Microsoft.AspNetCore.Http;

namespace Halley.AspNetCore;

/// <summary>An application's choices for its channels. Checked when it starts.</summary>
public sealed class HalleyOptions
{
    /// <summary>Messages a channel keeps for those who come later, or come back. Default 10.</summary>
    public int HistorySize { get; set; } = 10;

    /// <summary>
    /// The time for which a channel that nobody listens to is kept, with its messages. Default five minutes.
    /// </summary>
    public TimeSpan ChannelTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>After how much silence a subscriber is sent a sign of life. Default 30 seconds.</summary>
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Channels that there may be; a further one is refused. Default a million.</summary>
    public int MaxChannels { get; set; } = 1_000_000;

    /// <summary>Bytes of payload that all channels together keep. Default 256 MiB.</summary>
    public long MaxStoredBytes { get; set; } = 256L << 20;

    /// <summary>Bytes that may wait for a subscriber that does not read, before it is let go. Default 1 MiB.</summary>
    public int MaxQueuedBytes { get; set; } = 1 << 20;

    /// <summary>
    /// The treatment of a subscriber that lets more wait, where it can be told what it misses: where it sent
    /// <c>epoch</c>, or in a session that it may subscribe again in. Default: it is let go, and comes back.
    /// </summary>
    public SlowConsumerPolicy SlowConsumers { get; set; }

    /// <summary>Answers that are held at a time; a further one is refused with 503. Default 100,000.</summary>
    public int MaxSubscribers { get; set; } = 100_000;

    /// <summary>
    /// The authorization policy that a subscriber must fulfil, with a <see cref="HalleyChannel"/> as its resource; null
    /// for none. Default none: whoever the endpoint lets in may listen to every channel.
    /// </summary>
    public string? ChannelPolicy { get; set; }

    /// <summary>
    /// The authorization policy that a client must fulfil to publish at an endpoint of Centrifugo, push-stream or
    /// nchan, with a <see cref="HalleyChannel"/> as its resource; null for none. Default none: Centrifugo's clients
    /// publish nothing, and whoever an endpoint for publishers lets in may publish to every channel.
    /// </summary>
    public string? PublishPolicy { get; set; }

    /// <summary>
    /// The options of all endpoints of push-stream: how long its messages are kept, how many channels it may have, and
    /// what its pings say.
    /// </summary>
    public PushStreamOptions PushStream { get; } = new();

    /// <summary>
    /// Origins of other sites whose pages may subscribe, such as <c>https://www.example.com</c>, beside the
    /// application's own. Default none: a page of another site would subscribe with its visitor's cookies. What such a
    /// page may read is said by RequireCors besides.
    /// </summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>Names a user in presence and for disconnecting it. Default: the claim that names a user.</summary>
    public Func<HttpContext, string?> UserOf { get; set; } = static context =>
        context.User.FindFirst(System.Security.Claims.ClaimTypes.NameIdentifier)?.Value ?? context.User.Identity?.Name;
}

/// <summary>A channel that somebody wants to listen or publish to: the resource of an authorization policy.</summary>
/// <param name="Name">As the request has it.</param>
public sealed record HalleyChannel(string Name);
