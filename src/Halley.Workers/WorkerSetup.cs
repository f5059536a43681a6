using Halley.Protocol.Links;
using Halley.Workers.Frames;

namespace Halley.Workers;

/// <summary>The first frame of a link: what a worker must know before it serves.</summary>
/// <param name="Key">The key that tokens are signed with: a secret.</param>
/// <param name="Options">The operator's options, as the server writes them.</param>
public sealed record WorkerSetup(byte[] Key, byte[] Options)
{
    /// <summary>The most bytes of a setup: a configuration file is no longer than 1 MiB.</summary>
    public const int MaxBytes = 4 << 20;

    /// <returns>Null where the frame is no setup.</returns>
    public static WorkerSetup? TryRead(ReadOnlySpan<byte> frame)
    {
        var reader = new FrameReader(frame);
        if ((FrameType)reader.ReadByte() != FrameType.Setup)
        {
            return null;
        }

        var setup = Setup.Read(ref reader);
        return reader.IsWhole ? new WorkerSetup(setup.Key.ToArray(), setup.Options.ToArray()) : null;
    }
}
