namespace Halley.Chaos.Clients.Sessions;

/// <summary>
/// The words of Centrifugo's protocol as bytes: frames with any number of commands or answers. Any thread.
/// </summary>
internal interface ISessionCodec
{
    /// <summary>The first command.</summary>
    byte[] Connect(long id);

    /// <param name="place">The epoch and the offset of the last message that was heard; null for none.</param>
    byte[] Subscribe(long id, string channel, (string Epoch, long Last)? place);

    /// <param name="json">The message.</param>
    byte[] Publish(long id, string channel, string json);

    /// <summary>The answer to a ping.</summary>
    byte[] Pong { get; }

    /// <summary>Puts frames together as one.</summary>
    byte[] Join(params byte[][] frames);

    /// <summary>Reads a frame.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    IReadOnlyList<SessionWord> Read(ReadOnlySpan<byte> frame);
}
