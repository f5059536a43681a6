using Halley.Following;

namespace Halley.Sqlite;

/// <summary>A message with its place.</summary>
/// <param name="ExpiresAt">The second of UTC from which on nobody receives it; 0 for never.</param>
internal readonly record struct StoredMessage(
    long Offset, byte[] Payload, MessageTraits Traits, MessageStamp Stamp, MessageLabels? Labels, long ExpiresAt)
{
    public bool HasExpired(long now) => ExpiresAt > 0 && ExpiresAt <= now;

    /// <param name="oldest">The offset of the oldest message that its channel keeps.</param>
    public CopiedMessage ToCopy(bool isKept, long oldest, long now) => new(
        Offset,
        Payload,
        Traits,
        Stamp,
        Labels,
        new Keeping(isKept, oldest, ExpiresAt == 0 ? 0 : (uint)Math.Clamp(ExpiresAt - now, 1, int.MaxValue / 2)));
}
