using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Halley.Simulation.Tests.Disk;

/// <summary>What SQLite does to a file that it has open. Locks are free: a file has one connection.</summary>
internal static unsafe class FileMethods
{
    private const int SectorSize = 4096;

    /// <summary>sqlite3_io_methods, version 2.</summary>
    public static Methods* Table { get; } = Make();

    private static Methods* Make()
    {
        var methods = (Methods*)NativeMemory.AllocZeroed((nuint)sizeof(Methods));
        *methods = new Methods
        {
            Version = 2,
            Close = &Close,
            Read = &Read,
            Write = &Write,
            Truncate = &Truncate,
            Sync = &Sync,
            FileSize = &FileSize,
            Lock = &Lock,
            Unlock = &Lock,
            CheckReservedLock = &CheckReservedLock,
            FileControl = &FileControl,
            SectorSize = &Sector,
            Characteristics = &Characteristics,
            MapShared = &MapShared,
            LockShared = &LockShared,
            Barrier = &Barrier,
            UnmapShared = &UnmapShared,
        };
        return methods;
    }

    private static DiskFileHandle Of(DiskVfs.OpenFile* file) =>
        (DiskFileHandle)GCHandle.FromIntPtr(file->Handle).Target!;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Close(DiskVfs.OpenFile* file)
    {
        Of(file).Unmap();
        GCHandle.FromIntPtr(file->Handle).Free();
        return raw.SQLITE_OK;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Read(DiskVfs.OpenFile* file, byte* into, int size, long offset)
    {
        var handle = Of(file);
        var result = handle.Disk.OnRead(handle.Life);
        return result != raw.SQLITE_OK ? result
            : handle.File.Read((int)offset, new Span<byte>(into, size)) ? raw.SQLITE_OK
            : raw.SQLITE_IOERR_SHORT_READ;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Write(DiskVfs.OpenFile* file, byte* bytes, int size, long offset)
    {
        var handle = Of(file);
        var result = handle.Disk.OnWrite(handle.Life);
        if (result == raw.SQLITE_OK)
        {
            handle.File.Write((int)offset, new ReadOnlySpan<byte>(bytes, size));
        }

        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Truncate(DiskVfs.OpenFile* file, long size)
    {
        var handle = Of(file);
        var result = handle.Disk.OnWrite(handle.Life);
        if (result == raw.SQLITE_OK)
        {
            handle.File.Truncate((int)size);
        }

        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sync(DiskVfs.OpenFile* file, int flags)
    {
        var handle = Of(file);
        var result = handle.Disk.OnWrite(handle.Life);
        if (result == raw.SQLITE_OK)
        {
            handle.File.Sync();
        }

        return result;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileSize(DiskVfs.OpenFile* file, long* size)
    {
        *size = Of(file).File.Length;
        return raw.SQLITE_OK;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Lock(DiskVfs.OpenFile* file, int kind) => raw.SQLITE_OK;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int CheckReservedLock(DiskVfs.OpenFile* file, int* answer)
    {
        *answer = 0;
        return raw.SQLITE_OK;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FileControl(DiskVfs.OpenFile* file, int what, void* argument) => raw.SQLITE_NOTFOUND;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sector(DiskVfs.OpenFile* file) => SectorSize;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Characteristics(DiskVfs.OpenFile* file) => 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int MapShared(DiskVfs.OpenFile* file, int region, int size, int isWanted, void** memory)
    {
        *memory = Of(file).Map(region, size, isWanted != 0);
        return raw.SQLITE_OK;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int LockShared(DiskVfs.OpenFile* file, int from, int count, int flags) => raw.SQLITE_OK;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Barrier(DiskVfs.OpenFile* file)
    {
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int UnmapShared(DiskVfs.OpenFile* file, int isDeleted)
    {
        Of(file).Unmap();
        return raw.SQLITE_OK;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct Methods
    {
        public int Version;
        public delegate* unmanaged[Cdecl]<DiskVfs.OpenFile*, int> Close;
        public delegate* unmanaged[Cdecl]<DiskVfs.OpenFile*, byte*, int, long, int> Read;
        public delegate* unmanaged[Cdecl]<DiskVfs.OpenFile*, byte*, int, long, int> Write;
        public delegate* unmanaged[Cdecl]<DiskVfs.OpenFile*, long, int> Truncate;
        public delegate* unmanaged[Cdecl]<DiskVfs.OpenFile*, int, int> Sync;
        public delegate* unmanaged[Cdecl]<DiskVfs.OpenFile*, long*, int> FileSize;
        public delegate* unmanaged[Cdecl]<DiskVfs.OpenFile*, int, int> Lock;
        public delegate* unmanaged[Cdecl]<DiskVfs.OpenFile*, int, int> Unlock;
        public delegate* unmanaged[Cdecl]<DiskVfs.OpenFile*, int*, int> CheckReservedLock;
        public delegate* unmanaged[Cdecl]<DiskVfs.OpenFile*, int, void*, int> FileControl;
        public delegate* unmanaged[Cdecl]<DiskVfs.OpenFile*, int> SectorSize;
        public delegate* unmanaged[Cdecl]<DiskVfs.OpenFile*, int> Characteristics;
        public delegate* unmanaged[Cdecl]<DiskVfs.OpenFile*, int, int, int, void**, int> MapShared;
        public delegate* unmanaged[Cdecl]<DiskVfs.OpenFile*, int, int, int, int> LockShared;
        public delegate* unmanaged[Cdecl]<DiskVfs.OpenFile*, void> Barrier;
        public delegate* unmanaged[Cdecl]<DiskVfs.OpenFile*, int, int> UnmapShared;
    }
}
