namespace Halley.Server.Configuration;

/// <summary>A configuration that was read again while a server runs with it.</summary>
/// <param name="Configuration">What holds from now on: what is fixed is as it was.</param>
/// <param name="Changed">The options that hold otherwise than before.</param>
/// <param name="NeedRestart">Those that are written otherwise than they hold, and count from the next start.</param>
internal sealed record ChangedConfiguration(
    HalleyConfiguration Configuration, IReadOnlyList<string> Changed, IReadOnlyList<string> NeedRestart);
