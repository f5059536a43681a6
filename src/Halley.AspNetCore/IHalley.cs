using System.Globalization;

namespace Halley.AspNetCore;

/// <summary>The application's channels: publishes, listens, and says who is there. Any thread.</summary>
public interface IHalley
{
    /// <summary>Publishes text to a channel, which is created where there is none.</summary>
    /// <returns>Where the message lies.</returns>
    /// <exception cref="HalleyException">
    /// It was refused, and nothing was published; or Redis has not answered in time, and it may have been: with an
    /// idempotency key it can be sent again.
    /// </exception>
    ValueTask<HalleyPosition> PublishAsync(string channel, string text);

    /// <summary>Publishes bytes, which are UTF-8 where subscribers are to read them as text.</summary>
    /// <param name="idempotencyKey">
    /// A name for this publication: sent again within five minutes with the same one, it is published once. 1 to 255
    /// printable ASCII characters; null for none.
    /// </param>
    /// <inheritdoc cref="PublishAsync(string, string)"/>
    ValueTask<HalleyPosition> PublishAsync(
        string channel, ReadOnlyMemory<byte> payload, string? idempotencyKey = null);

    /// <summary>
    /// Publishes what is made piece by piece, such as an answer that a model writes, each piece a message; a reader
    /// that comes back goes on where it was.
    /// </summary>
    /// <returns>Where the last piece lies; the default where there was none.</returns>
    /// <exception cref="HalleyException">A piece was refused; those before it are published.</exception>
    Task<HalleyPosition> PublishStreamAsync(
        string channel, IAsyncEnumerable<string> pieces, CancellationToken cancellation = default);

    /// <summary>
    /// Listens to a channel, from a place on: every message once and in order, and where some are lost, that.
    /// </summary>
    /// <param name="position">
    /// That of the last item that was handled; null for what is published from now on.
    /// </param>
    /// <exception cref="HalleyException">
    /// There are as many channels as may be, or Redis has not answered: come back from the last position.
    /// </exception>
    IAsyncEnumerable<HalleyItem> SubscribeAsync(
        string channel, HalleyPosition? position = null, CancellationToken cancellation = default);

    /// <summary>Counts the connections to this process that listen to a channel.</summary>
    int CountSubscribers(string channel);

    /// <summary>
    /// The users that listen to a channel, once for each connection to this process; without those that have no name.
    /// </summary>
    IReadOnlyList<string> Present(string channel);

    /// <summary>Ends the connections of a user to this process, which may come back.</summary>
    /// <returns>How many they were.</returns>
    int Disconnect(string user);
}

/// <summary>A place in a channel's stream.</summary>
/// <param name="Epoch">The incarnation of the channel.</param>
/// <param name="Offset">The number of the message, from 1 on.</param>
public readonly record struct HalleyPosition(long Epoch, long Offset)
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(string? text, out HalleyPosition position)
    {
        position = default;
        var parts = text?.Split(':') ?? [];
        if (parts.Length != 2
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var epoch)
            || !long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
        {
            return false;
        }

        position = new HalleyPosition(epoch, offset);
        return true;
    }

    /// <summary>
    /// As text, to be kept, and as the ids of event streams have it: an epoch is no number for JavaScript.
    /// </summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch}:{Offset}");
}

/// <summary>One item of what a subscriber in the application is told.</summary>
/// <param name="Kind">A message, or what is lost.</param>
/// <param name="Position">Where it is now; to be kept for coming back.</param>
/// <param name="Payload">The message; empty where something is lost.</param>
/// <param name="Lost">How many messages are lost, as far as that is known.</param>
public readonly record struct HalleyItem(
    HalleyItemKind Kind, HalleyPosition Position, ReadOnlyMemory<byte> Payload, long Lost)
{
    /// <summary>The message as text: UTF-8.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(Payload.Span);
}

public enum HalleyItemKind
{
    Message,

    /// <summary>Some messages before the next one are lost to this subscriber.</summary>
    Gap,

    /// <summary>The channel began anew: the place that was asked for means nothing any more.</summary>
    Reset,
}

/// <summary>
/// Something was refused, or whoever keeps the channels has not answered; the message says what, and what would be
/// right.
/// </summary>
/// <param name="cause">The exception behind it; null for none.</param>
public sealed class HalleyException(string message, Exception? cause = null) : Exception(message, cause);
