using Halley.Broker;

namespace Halley.Sqlite.Operations;

/// <summary>Reads the states of all channels whose names begin with a prefix.</summary>
internal sealed class ListStates(Tellers tellers, Action<Operation> post, byte[] prefix)
    : InSlices<IReadOnlyList<NamedState>>(post, prefix)
{
    private readonly List<NamedState> _states = [];
    private List<NamedState> _slice = [];

    protected override void RunSlice(Storage storage)
    {
        _slice = [];
        foreach (var name in Names)
        {
            if (storage.Peek(name) is { } channel)
            {
                _slice.Add(new NamedState(name, tellers.StateOf(channel, storage.Count(channel), storage.Now)));
            }
        }
    }

    protected override void CompleteSlice() => _states.AddRange(_slice);

    protected override IReadOnlyList<NamedState> End() => _states;
}
