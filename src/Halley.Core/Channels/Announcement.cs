namespace Halley.Channels;

/// <summary>What an audience is told: a message, or that the channel has ended. A link in the list of what is still to be told.</summary>
internal sealed class Announcement
{
    public Announcement(Message message) => Message = message;

    public Announcement(CloseReason reason, StreamPosition position)
    {
        Reason = reason;
        Position = position;
    }

    private Announcement(Announcement other)
    {
        Message = other.Message;
        Reason = other.Reason;
        Position = other.Position;
    }

    /// <summary>Null where the channel has ended.</summary>
    public Message? Message { get; }

    public CloseReason Reason { get; }

    public StreamPosition Position { get; }

    public Announcement? Following { get; set; }

    public Announcement Copy() => new(this);
}
