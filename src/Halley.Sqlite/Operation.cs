using Halley.Broker;
using Microsoft.Data.Sqlite;

namespace Halley.Sqlite;

/// <summary>Something that clients asked for, from when it is asked until it is answered.</summary>
internal abstract class Operation
{
    /// <summary>Whether it changes what is kept: it fails where nothing can be written.</summary>
    public virtual bool Writes => false;

    /// <summary>Whether it is done even where the disk has refused what was told.</summary>
    public virtual bool IsAlways => false;

    /// <summary>The memory that it holds while it waits.</summary>
    public virtual int Bytes => 0;

    /// <summary>
    /// Does it, as a part of a transaction. It may be done again, where that transaction failed. On the writer's
    /// thread.
    /// </summary>
    /// <exception cref="SqliteException">The file cannot be read or written.</exception>
    public abstract void Run(Storage storage);

    /// <summary>
    /// Answers, and tells whom it concerns: what was done is there to stay. On the writer's thread; must not throw.
    /// </summary>
    public abstract void Complete();

    /// <summary>Answers that it was not done. On the writer's thread; must not throw.</summary>
    public abstract void Fail(BrokerException why);
}

/// <summary>An operation with a result that somebody waits for.</summary>
/// <param name="isBrief">Whether who waits may go on in the writer's thread: it only has to be woken.</param>
internal abstract class Operation<T>(bool isBrief = false) : Operation
{
    private readonly TaskCompletionSource<T> _answer = new(
        isBrief ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Answer => _answer.Task;

    protected T Result { get; set; } = default!;

    public override void Complete() => _answer.SetResult(Result);

    public override void Fail(BrokerException why) => _answer.SetException(why);
}
