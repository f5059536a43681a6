namespace Halley.Client;

/// <summary>The messages that a channel keeps, or a page of them.</summary>
/// <param name="Position">Where its stream stands: the newest message that was published.</param>
/// <param name="IsWhole">
/// Whether the channel still has every message since the place asked for; null where none was asked for, or the newest
/// were wanted first.
/// </param>
/// <param name="Messages">
/// Oldest first, or newest first where that was asked for. Where the last one lies before <paramref name="Position"/>,
/// ask again with its position.
/// </param>
public sealed record ChannelHistory(StreamPosition Position, bool? IsWhole, IReadOnlyList<HistoryMessage> Messages);
