using System.Runtime.InteropServices;

namespace Halley.Engine.Native;

/// <summary>The error numbers of Linux that the engine distinguishes.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int NoSuchFile = 2;
    public const int Interrupted = 4;
    public const int TryAgain = 11;
    public const int OutOfMemory = 12;
    public const int AccessDenied = 13;
    public const int NotADirectory = 20;
    public const int InvalidArgument = 22;
    public const int SystemDescriptorsExhausted = 23;
    public const int DescriptorsExhausted = 24;
    public const int ReadOnlyFileSystem = 30;
    public const int NoSuchCall = 38;
    public const int AddressInUse = 98;
    public const int AddressNotAvailable = 99;
    public const int NoBufferSpace = 105;
    public const int ConnectionRefused = 111;

    /// <summary>The error of the last failed call on this thread.</summary>
    public static int Last => Marshal.GetLastPInvokeError();

    public static string Describe(int errno) => Marshal.GetPInvokeErrorMessage(errno);
}
