namespace Halley.Protocol.Sessions;

/// <summary>
/// The commands of a session that wait: the first for an answer, the others for the first. There is one while anything
/// waits, and no longer.
/// </summary>
internal sealed class CommandQueue
{
    private readonly LinkedList<ReadOnlyMemory<byte>> _messages = new();

    /// <summary>The questions of the first command; null where it has asked none.</summary>
    public Postponement? Postponed { get; set; }

    /// <summary>The bytes of all that waits.</summary>
    public int Bytes { get; private set; }

    /// <summary>Adds a message behind all others.</summary>
    public void Add(ReadOnlySpan<byte> commands)
    {
        _messages.AddLast(commands.ToArray());
        Bytes += commands.Length;
    }

    /// <summary>Adds what is left of the message that was taken last.</summary>
    public void AddFirst(ReadOnlyMemory<byte> commands)
    {
        _messages.AddFirst(commands);
        Bytes += commands.Length;
    }

    public bool TryTake(out ReadOnlyMemory<byte> commands)
    {
        commands = _messages.First?.Value ?? default;
        if (_messages.First is null)
        {
            return false;
        }

        _messages.RemoveFirst();
        Bytes -= commands.Length;
        return true;
    }
}
