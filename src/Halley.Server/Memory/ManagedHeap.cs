namespace Halley.Server.Memory;

/// <summary>The heap of this process.</summary>
internal sealed class ManagedHeap : IHeap
{
    public long Committed => GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;

    public long Allocated => GC.GetTotalAllocatedBytes();

    public (long Number, long Live) LastFull
    {
        get
        {
            var (background, blocking) = (
                GC.GetGCMemoryInfo(GCKind.Background), GC.GetGCMemoryInfo(GCKind.FullBlocking));
            var last = background.Index > blocking.Index ? background : blocking;
            return (last.Index, last.HeapSizeBytes - last.FragmentedBytes);
        }
    }

    public void Collect() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false, compacting: false);

    public void CollectYoung() => GC.Collect(0, GCCollectionMode.Forced, blocking: true);

    public void Compact() =>
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
