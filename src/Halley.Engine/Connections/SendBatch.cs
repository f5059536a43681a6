using System.Runtime.InteropServices;
using Halley.Engine.Native;

namespace Halley.Engine.Connections;

/// <summary>
/// Sends for many connections with one system call. Their bytes are copied into memory of its own first, which neither
/// the garbage collector nor a connection that writes more can move; connections that send the same share one copy.
/// Belongs to one reactor.
/// </summary>
/// <remarks>
/// A send has its result before anything else happens, so none outlives its bytes, nor the descriptor it goes to.
/// </remarks>
internal sealed unsafe class SendBatch : IDisposable
{
    // The sends of one call: as many as a slice of a broadcast has.
    private const int Capacity = 512;

    // A longer piece is sent with a call of its own, which then is the smaller part of the cost.
    private const int StagingBytes = 256 * 1024;

    private readonly SendRing _ring;
    private readonly byte* _staging = (byte*)NativeMemory.Alloc(StagingBytes);
    private readonly (ConnectionOutput Connection, int Length)[] _senders;
    private int _staged;

    // The piece staged last.
    private int _pieceStart;
    private int _pieceLength;

    private SendBatch(SendRing ring)
    {
        _ring = ring;
        _senders = new (ConnectionOutput, int)[ring.Capacity];
    }

    /// <returns>Null when the kernel has no io_uring for us; <see cref="Errno.Last"/> says why.</returns>
    public static SendBatch? TryOpen() => SendRing.TryOpen(Capacity) is { } ring ? new SendBatch(ring) : null;

    /// <summary>Sends what waits for each of these connections.</summary>
    public void Flush(List<ConnectionOutput> connections)
    {
        foreach (var connection in connections)
        {
            var piece = connection.FirstPiece();
            if (piece.IsEmpty || piece.Length > StagingBytes)
            {
                connection.Flush();
                continue;
            }

            if (_ring.Count == _ring.Capacity || !TryStage(piece))
            {
                Submit();
                TryStage(piece);
            }

            _senders[_ring.Count] = (connection, piece.Length);
            _ring.Add(connection.Descriptor, (nint)(_staging + _pieceStart), piece.Length);
        }

        Submit();
    }

    public void Dispose()
    {
        _ring.Dispose();
        NativeMemory.Free(_staging);
    }

    // A piece that equals the one before lies there already.
    private bool TryStage(ReadOnlySpan<byte> piece)
    {
        if (piece.SequenceEqual(new ReadOnlySpan<byte>(_staging + _pieceStart, _pieceLength)))
        {
            return true;
        }

        if (piece.Length > StagingBytes - _staged)
        {
            return false;
        }

        piece.CopyTo(new Span<byte>(_staging + _staged, piece.Length));
        (_pieceStart, _pieceLength) = (_staged, piece.Length);
        _staged += piece.Length;
        return true;
    }

    private void Submit()
    {
        var count = _ring.Count;
        if (count > 0)
        {
            _ring.Submit();
        }

        _staged = _pieceLength = 0;
        for (var i = 0; i < count; i++)
        {
            var (connection, length) = _senders[i];
            _senders[i] = default;
            connection.OnSent(_ring.ResultOf(i), length);
        }
    }
}
