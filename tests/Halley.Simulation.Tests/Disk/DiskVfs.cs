using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Halley.Simulation.Tests.Disk;

/// <summary>
/// What SQLite asks for its files, answered by <see cref="SimulatedDisk"/>. A disk is a directory; a file elsewhere
/// cannot be opened.
/// </summary>
internal static unsafe partial class DiskVfs
{
    private const string Library = "e_sqlite3";
    private const int LongestPath = 512;

    private static readonly ConcurrentDictionary<string, SimulatedDisk> Disks = new();
    private static readonly Lazy<bool> Installed = new(Install);

    /// <summary>Has SQLite find a disk in a directory.</summary>
    public static void Mount(string directory, SimulatedDisk disk)
    {
        _ = Installed.Value;
        Disks[directory] = disk;
    }

    public static void Unmount(string directory) => Disks.TryRemove(directory, out _);

    private static bool Install()
    {
        Batteries_V2.Init();
        var vfs = (Vfs*)NativeMemory.AllocZeroed((nuint)sizeof(Vfs));
        vfs->Version = 2;
        vfs->FileSize = sizeof(OpenFile);
        vfs->LongestPath = LongestPath;
        vfs->Name = (byte*)Marshal.StringToCoTaskMemUTF8("simulated");
        vfs->Open = &Open;
        vfs->Delete = &Delete;
        vfs->Access = &Access;
        vfs->FullPath = &FullPath;
        vfs->Randomness = &Randomness;
        vfs->Sleep = &Sleep;
        vfs->LastError = &LastError;
        vfs->Time = &Time;
        if (Register(vfs, 1) != raw.SQLITE_OK)
        {
            throw new InvalidOperationException("SQLite does not take the simulated disk.");
        }

        return true;
    }

    [LibraryImport(Library, EntryPoint = "sqlite3_vfs_register")]
    private static partial int Register(Vfs* vfs, int isDefault);

    private static string PathOf(byte* name) => Marshal.PtrToStringUTF8((nint)name)!;

    private static SimulatedDisk? DiskOf(string path) => Disks.GetValueOrDefault(Path.GetDirectoryName(path)!);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Open(Vfs* vfs, byte* name, OpenFile* file, int flags, int* given)
    {
        file->Methods = null;
        if (name == null || DiskOf(PathOf(name)) is not { } disk)
        {
            return raw.SQLITE_CANTOPEN;
        }

        if (given != null)
        {
            *given = flags;
        }

        file->Handle = GCHandle.ToIntPtr(GCHandle.Alloc(new DiskFileHandle(disk, disk.Open(PathOf(name)))));
        file->Methods = FileMethods.Table;
        return raw.SQLITE_OK;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Delete(Vfs* vfs, byte* name, int syncsDirectory)
    {
        DiskOf(PathOf(name))?.Delete(PathOf(name));
        return raw.SQLITE_OK;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Access(Vfs* vfs, byte* name, int flags, int* answer)
    {
        *answer = DiskOf(PathOf(name))?.Has(PathOf(name)) == true ? 1 : 0;
        return raw.SQLITE_OK;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FullPath(Vfs* vfs, byte* name, int size, byte* full)
    {
        var path = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
        if (path.Length >= size)
        {
            return raw.SQLITE_CANTOPEN;
        }

        path.CopyTo(new Span<byte>(full, size));
        full[path.Length] = 0;
        return raw.SQLITE_OK;
    }

    // The same each time: a seed repeats.
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Randomness(Vfs* vfs, int size, byte* bytes)
    {
        new Span<byte>(bytes, size).Fill(7);
        return size;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sleep(Vfs* vfs, int microseconds) => microseconds;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int LastError(Vfs* vfs, int size, byte* text) => 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Time(Vfs* vfs, double* julianDay)
    {
        *julianDay = 2_461_000;
        return raw.SQLITE_OK;
    }

    /// <summary>sqlite3_file, with what is ours behind it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct OpenFile
    {
        public FileMethods.Methods* Methods;
        public nint Handle;
    }

    /// <summary>sqlite3_vfs, version 2.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Vfs
    {
        public int Version;
        public int FileSize;
        public int LongestPath;
        public Vfs* Next;
        public byte* Name;
        public void* Data;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, OpenFile*, int, int*, int> Open;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, int, int> Delete;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, int, int*, int> Access;
        public delegate* unmanaged[Cdecl]<Vfs*, byte*, int, byte*, int> FullPath;
        public void* LibraryOpen;
        public void* LibraryError;
        public void* LibrarySymbol;
        public void* LibraryClose;
        public delegate* unmanaged[Cdecl]<Vfs*, int, byte*, int> Randomness;
        public delegate* unmanaged[Cdecl]<Vfs*, int, int> Sleep;
        public delegate* unmanaged[Cdecl]<Vfs*, double*, int> Time;
        public delegate* unmanaged[Cdecl]<Vfs*, int, byte*, int> LastError;
        public void* TimeInMilliseconds;
    }
}
