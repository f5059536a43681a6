using Halley.Protocol.Links;

namespace Halley.Workers;

/// <summary>How long the frames of a link may be, and how much may wait for either side.</summary>
public static class WorkerLimits
{
    // A frame's own fields, and the longest line that a worker logs.
    private const int Room = 64 * 1024;

    // Some seconds of what a worker takes; one that stands still for longer is started again.
    private const long MaxQueuedBytes = 64L << 20;

    /// <summary>For the main process, which hears names of channels.</summary>
    /// <param name="maxRequestHead">The longest head of a subscriber's request, with the name of a channel in it.</param>
    public static LinkOptions ForMain(int maxRequestHead) => new(Add(maxRequestHead, 0), MaxQueuedBytes);

    /// <summary>For a worker, which hears messages.</summary>
    /// <param name="maxPublishHead">The longest head of a publisher's request, which may have a message in it.</param>
    /// <param name="maxPublishBody">The longest body.</param>
    public static LinkOptions ForWorker(int maxPublishHead, int maxPublishBody) => new(Add(maxPublishHead, maxPublishBody), MaxQueuedBytes);

    private static int Add(int head, int body) => (int)Math.Min(Array.MaxLength - 16L, (long)head + body + Room);
}
