using Halley.Broker;
using Microsoft.Data.Sqlite;

namespace Halley.Sqlite.Operations;

/// <summary>A second has gone by: looks at what has expired, shrinks the file, tries a disk that had refused.</summary>
/// <param name="hasFailed">Whether the disk refused.</param>
/// <param name="ended">Told that it was done, and whether there is more to look at.</param>
internal sealed class Tick(Tellers tellers, Func<bool> hasFailed, Action<bool> ended) : Operation
{
    private LookResult _result = new();
    private Storage? _storage;
    private bool _isMore;
    private bool _hasShrunk;

    public override bool Writes => true;

    public override bool IsAlways => true;

    public override void Run(Storage storage)
    {
        (_storage, _result) = (storage, new LookResult());
        if (hasFailed())
        {
            storage.TryAgain();
        }

        _isMore = storage.Look(_result);
        _hasShrunk = storage.TryShrink();
    }

    public override void Complete()
    {
        _storage!.Forget(_result);
        _result.Ended.ForEach(tellers.Gone);
        _result.Here.ForEach(tellers.IsHere);
        if (_hasShrunk)
        {
            try
            {
                _storage.Checkpoint();
            }
            catch (SqliteException)
            {
                // Whoever commits next tries it again.
            }
        }

        ended(_isMore);
    }

    public override void Fail(BrokerException why)
    {
        _storage?.Forget(new LookResult(_result.Looked));
        ended(false);
    }
}
