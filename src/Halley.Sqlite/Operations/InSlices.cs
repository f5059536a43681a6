namespace Halley.Sqlite.Operations;

/// <summary>Something that is done to many channels, a slice at a time: publishers come in between.</summary>
/// <param name="post">Has the next slice done.</param>
internal abstract class InSlices<T>(Action<Operation> post, byte[] prefix) : Operation<T>
{
    // As many as take a few milliseconds.
    private const int Slice = 256;

    private List<byte[]>? _names;
    private int _done;
    private int _next;

    /// <summary>The channels of this slice; those that there were when it began.</summary>
    protected IEnumerable<byte[]> Names => _names!.Skip(_done).Take(_next - _done);

    public override void Run(Storage storage)
    {
        _names ??= storage.Names(prefix);
        _next = Math.Min(_names.Count, _done + Slice);
        RunSlice(storage);
    }

    public override void Complete()
    {
        CompleteSlice();
        _done = _next;
        if (_done < _names!.Count)
        {
            post(this);
            return;
        }

        Result = End();
        base.Complete();
    }

    protected abstract void RunSlice(Storage storage);

    protected abstract void CompleteSlice();

    protected abstract T End();
}
