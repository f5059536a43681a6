using System.Runtime.InteropServices;

namespace Halley.Simulation.Tests.Disk;

/// <summary>A file that a process has open, with the memory that its connections would share.</summary>
internal sealed unsafe class DiskFileHandle(SimulatedDisk disk, DiskFile file)
{
    private readonly List<nint> _shared = [];

    public SimulatedDisk Disk => disk;

    public DiskFile File => file;

    /// <summary>The process that has opened it.</summary>
    public int Life { get; } = disk.Life;

    /// <summary>A piece of shared memory; zeros where it is new, null where there is none.</summary>
    public void* Map(int region, int size, bool mayCreate)
    {
        if (region >= _shared.Count && !mayCreate)
        {
            return null;
        }

        while (_shared.Count <= region)
        {
            _shared.Add((nint)NativeMemory.AllocZeroed((nuint)size));
        }

        return (void*)_shared[region];
    }

    public void Unmap()
    {
        foreach (var region in _shared)
        {
            NativeMemory.Free((void*)region);
        }

        _shared.Clear();
    }
}
