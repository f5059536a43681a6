namespace Halley.Protocol.Dialects.Api;

/// <summary>The outcome of reading a configuration again.</summary>
/// <param name="Changed">The options that hold otherwise now.</param>
/// <param name="NeedRestart">Those that are otherwise in the file, and count from the next start.</param>
/// <param name="Mistake">Why nothing was changed; null where all was taken over.</param>
/// <param name="IsTemporary">Whether the same may succeed later, as nothing is wrong with the file.</param>
public sealed record Reloaded(
    IReadOnlyList<string> Changed,
    IReadOnlyList<string> NeedRestart,
    string? Mistake = null,
    bool IsTemporary = false);
