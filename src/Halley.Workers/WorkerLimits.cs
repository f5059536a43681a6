using Halley.Protocol.Links;

namespace Halley.Workers;

/// <summary>The limits of a link: the length of its frames, and the bytes that may wait for either side.</summary>
public static class WorkerLimits
{
    // A frame's own fields, and the longest line that a worker logs.
    private const int Room = 64 * 1024;

    // Some seconds of what a worker takes; one that stands still for longer is started again.
    private const long MaxQueuedBytes = 64L << 20;

    /// <summary>
    /// The limits for a worker: it trusts the main process, whose answer may list a million channels.
    /// </summary>
    public static LinkOptions ForWorker { get; } = new(Array.MaxLength - 16, MaxQueuedBytes);

    /// <summary>The limits for the main process, which receives names of channels and messages.</summary>
    /// <param name="maxHead">The longest head of a request, which may hold both.</param>
    /// <param name="maxBody">The longest body, which may hold a message.</param>
    public static LinkOptions For(int maxHead, int maxBody) => new(Add(maxHead, maxBody), MaxQueuedBytes);

    private static int Add(int head, int body) => (int)Math.Min(Array.MaxLength - 16L, (long)head + body + Room);
}
