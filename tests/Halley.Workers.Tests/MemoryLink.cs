using System.Buffers;
using Halley.Protocol.Links;

namespace Halley.Workers.Tests;

/// <summary>One end of a link whose bytes go from end to end when the test says so.</summary>
internal sealed class MemoryLink(IDispatcher dispatcher, LinkOptions? options = null)
    : Link(dispatcher, options ?? new LinkOptions(MaxFrameBytes: 1 << 20, MaxQueuedBytes: 1 << 20))
{
    private readonly List<byte> _received = [];
    private ILinkHandler? _handler;
    private bool _isWoken;

    /// <summary>Why it ended; null while it lives.</summary>
    public string? WhyEnded { get; private set; }

    /// <summary>All that was carried to the other end.</summary>
    public long BytesCarried { get; private set; }

    public void HeardBy(ILinkHandler handler) => _handler = handler;

    /// <summary>Carries what was said to the other end.</summary>
    /// <returns>Whether there was anything.</returns>
    public bool CarryTo(MemoryLink other, int atMost = int.MaxValue)
    {
        if (!_isWoken)
        {
            return false;
        }

        var pending = Pending();
        if (pending.IsEmpty)
        {
            _isWoken = false;
            return false;
        }

        pending = pending[..Math.Min(atMost, pending.Length)];
        other.Receive(pending);
        BytesCarried += pending.Length;
        Sent(pending.Length);
        return true;
    }

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        _received.AddRange(bytes);
        while (!HasEnded)
        {
            var status = FrameCutter.TryCut(_received.ToArray(), MaxFrameBytes, out var frame, out var needed);
            if (status == OperationStatus.NeedMoreData)
            {
                return;
            }

            if ((status == OperationStatus.Done ? _handler!.OnFrame(frame) : "a wrong length") is { } wrong)
            {
                End(wrong);
                return;
            }

            _received.RemoveRange(0, needed);
        }
    }

    protected override void Wake() => _isWoken = true;

    protected override void OnEnding(string reason)
    {
        WhyEnded = reason;
        _handler?.OnEnded(reason);
    }
}
