using System.Buffers;
using System.Buffers.Binary;

namespace Halley.Protocol.Links;

/// <summary>Cuts bytes into frames: before each stands its length, four bytes, the lowest first.</summary>
public static class FrameCutter
{
    public const int LengthBytes = sizeof(int);

    /// <summary>Finds the frame at the front of what was received.</summary>
    /// <param name="frame">The frame without its length.</param>
    /// <param name="needed">How many bytes there must be before it is whole, with its length.</param>
    /// <returns><see cref="OperationStatus.InvalidData"/> for a length that no frame has.</returns>
    public static OperationStatus TryCut(
        ReadOnlySpan<byte> received, int maxFrameBytes, out ReadOnlySpan<byte> frame, out int needed)
    {
        frame = default;
        needed = LengthBytes;
        if (received.Length < LengthBytes)
        {
            return OperationStatus.NeedMoreData;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(received);
        if (length < 1 || length > maxFrameBytes)
        {
            return OperationStatus.InvalidData;
        }

        needed = LengthBytes + length;
        if (received.Length < needed)
        {
            return OperationStatus.NeedMoreData;
        }

        frame = received[LengthBytes..needed];
        return OperationStatus.Done;
    }
}
