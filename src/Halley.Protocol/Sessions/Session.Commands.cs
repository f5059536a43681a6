using Halley.Channels;

namespace Halley.Protocol.Sessions;

// What its client says: commands, one after another. One that has to wait holds up those behind it.
internal abstract partial class Session
{
    private CommandQueue? _waiting;

    // Null where everything is told that the client published there.
    private Channel? _publishedTo;

    /// <inheritdoc/>
    public Postponement? Postponed => _waiting?.Postponed;

    /// <summary>The bytes of commands that may wait for one before them.</summary>
    protected abstract int MaxWaitingBytes { get; }

    /// <inheritdoc/>
    public virtual bool MayReadPast(ReadOnlySpan<byte> channel) => true;

    /// <inheritdoc/>
    public Postponement Postpone()
    {
        _waiting ??= new CommandQueue();
        return _waiting.Postponed ??= new PostponedCommand(this);
    }

    /// <inheritdoc/>
    public virtual void OnText(ReadOnlySpan<byte> text, IExchange exchange) => Hear(text);

    /// <inheritdoc/>
    public virtual void OnBinary(ReadOnlySpan<byte> bytes, IExchange exchange) => Hear(bytes);

    /// <summary>Takes a message of its client, which has one command or several.</summary>
    public void Hear(ReadOnlySpan<byte> commands)
    {
        if (_waiting is null)
        {
            Handle(commands, default);
        }
        else if (_waiting.Bytes + commands.Length <= MaxWaitingBytes)
        {
            _waiting.Add(commands);
        }
        else
        {
            OnTooManyWaiting();
        }
    }

    /// <summary>Notes where its client has published to, in this process; null where no channel is here.</summary>
    protected void HasPublishedTo(Channel? channel) => _publishedTo = channel;

    /// <summary>Whether its client has published faster than others are told, where it has published to last.</summary>
    internal bool IsHeldBack(long most)
    {
        if (_publishedTo?.HoldsPublishersBack(most) == true)
        {
            return true;
        }

        _publishedTo = null;
        return false;
    }

    /// <summary>Handles the first of some commands, and writes the reply to it.</summary>
    /// <param name="commands">The rest of them, afterwards.</param>
    /// <returns>False where the command is postponed; then nothing is taken.</returns>
    protected abstract bool TryHandle(ref ReadOnlySpan<byte> commands, ByteBuffer replies);

    /// <summary>Sends the replies to the commands of a message, or of as many as could be handled.</summary>
    protected abstract void Send(ByteBuffer replies);

    /// <summary>Lets a client go that says more than can wait.</summary>
    protected abstract void OnTooManyWaiting();

    /// <param name="kept">The same bytes, where they need not be copied to wait.</param>
    private void Handle(ReadOnlySpan<byte> commands, ReadOnlyMemory<byte> kept)
    {
        var replies = SessionReplies.Rent();
        while (!commands.IsEmpty && IsOpen)
        {
            if (!TryHandle(ref commands, replies))
            {
                _waiting!.AddFirst(kept.IsEmpty ? commands.ToArray() : kept[^commands.Length..]);
                break;
            }

            if (_waiting is { } waiting)
            {
                // This one is done: the next one has questions of its own.
                waiting.Postponed = null;
            }
        }

        if (replies.Length > 0 && IsOpen && HasRoom())
        {
            Send(replies);
        }

        SessionReplies.Return(replies);
    }

    // All that the first command waited for is answered.
    private void HandleAgain(PostponedCommand command)
    {
        try
        {
            while (_waiting is { } waiting
                && IsOpen
                && (waiting.Postponed is null || (waiting.Postponed == command && command.IsAnswered)))
            {
                if (!waiting.TryTake(out var commands))
                {
                    _waiting = null;
                    return;
                }

                Handle(commands.Span, commands);
            }
        }
        catch (Exception exception)
        {
            FailFor(exception);
        }
    }

    private sealed class PostponedCommand(Session session) : Postponement, IWork
    {
        /// <inheritdoc/>
        public bool Run(ref int budget)
        {
            budget--;
            session.HandleAgain(this);
            return true;
        }

        /// <inheritdoc/>
        protected override void Resume() => session.Dispatcher.Post(this);
    }
}
