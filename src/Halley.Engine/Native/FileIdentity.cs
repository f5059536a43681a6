using System.Buffers.Binary;
using System.Text;

namespace Halley.Engine.Native;

/// <summary>The identity of the file at a path, itself and not what it links to, and whether it is a socket.</summary>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, bool IsSocket)
{
    // The same on every architecture, unlike stat.
    private const int CurrentDirectory = -100;
    private const int DoNotFollow = 0x100;
    private const uint TypeAndInode = 0x101;
    private const int StatxBytes = 256;
    private const int ModeAt = 28;
    private const int InodeAt = 32;
    private const int DeviceAt = 136;
    private const int TypeMask = 0xF000;
    private const int SocketType = 0xC000;

    /// <returns>False with the error in <see cref="Errno.Last"/> where that fails.</returns>
    public static unsafe bool TrySetMode(string path, UnixFileMode mode)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes(path + "\0"))
        {
            return Libc.ChangeMode(text, (uint)mode) == 0;
        }
    }

    /// <returns>False where there is no such file, or it cannot be looked at.</returns>
    public static unsafe bool TryRead(string path, out FileIdentity identity)
    {
        var name = Encoding.UTF8.GetBytes(path + "\0");
        Span<byte> status = stackalloc byte[StatxBytes];
        fixed (byte* text = name, bytes = status)
        {
            if (Libc.Statx(CurrentDirectory, text, DoNotFollow, TypeAndInode, bytes) < 0)
            {
                identity = default;
                return false;
            }
        }

        identity = new FileIdentity(
            BinaryPrimitives.ReadUInt64LittleEndian(status[DeviceAt..]),
            BinaryPrimitives.ReadUInt64LittleEndian(status[InodeAt..]),
            (BinaryPrimitives.ReadUInt16LittleEndian(status[ModeAt..]) & TypeMask) == SocketType);
        return true;
    }
}
