using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Halley.Server.Native;

/// <summary>
/// The identity of a file, whatever its name: two paths, or a path and an open file, are one file where these are
/// equal.
/// </summary>
/// <param name="Device">Minor number in the upper half, major in the lower.</param>
/// <param name="Mode">Kind and permissions, as stat has them.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, ushort Mode)
{
    private const int CurrentDirectory = -100;
    private const int EmptyPath = 0x1000;
    private const int DoNotFollow = 0x100;
    private const uint BasicStatus = 0x7ff;
    private const int BytesOfStatus = 256;
    private const int KindOfMode = 0xf000;

    public bool IsRegular => (Mode & KindOfMode) == 0x8000;

    public bool IsDirectory => (Mode & KindOfMode) == 0x4000;

    /// <returns>Null where there is none, or none that may be seen.</returns>
    public static FileIdentity? Of(string path, bool follow = true) =>
        Read(CurrentDirectory, path, follow ? 0 : DoNotFollow);

    public static FileIdentity? Of(SafeFileHandle file) => Read((int)file.DangerousGetHandle(), "", EmptyPath);

    /// <summary>The offsets are those of struct statx, the same on every architecture.</summary>
    private static FileIdentity? Read(int directory, string path, int flags)
    {
        Span<byte> status = stackalloc byte[BytesOfStatus];
        return Libc.Status(directory, path, flags, BasicStatus, ref MemoryMarshal.GetReference(status)) != 0
            ? null
            : new FileIdentity(
                MemoryMarshal.Read<uint>(status[136..]) | ((ulong)MemoryMarshal.Read<uint>(status[140..]) << 32),
                MemoryMarshal.Read<ulong>(status[32..]),
                MemoryMarshal.Read<ushort>(status[28..]));
    }
}
