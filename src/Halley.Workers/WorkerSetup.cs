using Halley.Protocol.Links;
using Halley.Workers.Frames;

namespace Halley.Workers;

/// <summary>What a worker has to know before it serves; the first frame of its link.</summary>
/// <param name="Key">What tokens are signed with: a secret.</param>
/// <param name="Options">What the operator chose, as the server writes it.</param>
public sealed record WorkerSetup(byte[] Key, byte[] Options)
{
    /// <summary>The longest one: a configuration file is no longer than 1 MiB.</summary>
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
