using Halley.Protocol.Links;

namespace Halley.Workers;

/// <summary>How long the frames of a link may be, and how much may wait for either side.</summary>
public static class WorkerLimits
{
    // A frame's own fields, and the longest line that a worker logs.
    private const int Room = 64 * 1024;

    // Some seconds of what a worker takes; one that stands still for longer is started again.
    private const long MaxQueuedBytes = 64L << 20;

    /// <summary>For a worker: the main process is its own, and may have a million channels to tell of in one answer.</summary>
    public static LinkOptions ForWorker { get; } = new(Array.MaxLength - 16, MaxQueuedBytes);

    /// <summary>For the main process, which hears names of channels and messages.</summary>
    /// <param name="maxHead">The longest head of a request, which may have both in it.</param>
    /// <param name="maxBody">The longest body, which may have a message in it.</param>
    public static LinkOptions For(int maxHead, int maxBody) => new(Add(maxHead, maxBody), MaxQueuedBytes);

    private static int Add(int head, int body) => (int)Math.Min(Array.MaxLength - 16L, (long)head + body + Room);
}
