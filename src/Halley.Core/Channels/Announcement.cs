namespace Halley.Channels;

/// <summary>What an audience is told: a message, or that the channel has ended. A link in the list of what is still to be told.</summary>
internal sealed class Announcement
{
    // A message or an ending.
    private readonly object _what;

    public Announcement(Message message) => _what = message;

    public Announcement(Ending ending) => _what = ending;

    private Announcement(Announcement other) => _what = other._what;

    /// <summary>Null where the channel has ended.</summary>
    public Message? Message => _what as Message;

    public Ending Ending => (Ending)_what;

    public Announcement? Following { get; set; }

    public Announcement Copy() => new(this);
}
