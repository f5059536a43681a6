using System.Buffers;
using Halley.Protocol.Links;

namespace Halley.Nodes.Tests.Simulation;

/// <summary>One end of a link between two nodes of a simulated network: its bytes, and its end, arrive when the network lets them.</summary>
internal sealed class SimLink(IDispatcher dispatcher, LinkOptions options) : Link(dispatcher, options), IWork
{
    private readonly List<byte> _received = [];
    private ILinkHandler? _handler;
    private bool _wasTold;

    /// <summary>The other end, once it has been accepted.</summary>
    public SimLink? Other { get; set; }

    /// <summary>Whose end it is.</summary>
    public required SimNode Owner { get; init; }

    public required SimNode Peer { get; init; }

    public bool IsDialled { get; init; }

    /// <summary>Nothing that the other end says arrives here, and nobody is told so.</summary>
    public bool IsDeaf { get; set; }

    public string? WhyEnded { get; private set; }

    public bool IsOver => WhyEnded is not null;

    public void HeardBy(ILinkHandler handler) => _handler = handler;

    /// <summary>What waits to be carried.</summary>
    public byte[] TakePending()
    {
        if (IsOver)
        {
            return [];
        }

        var taken = new List<byte>();
        for (var pending = Pending(); pending.Length > 0; pending = Pending())
        {
            taken.AddRange(pending);
            Sent(pending.Length);
        }

        return [.. taken];
    }

    public void Receive(ReadOnlySpan<byte> bytes)
    {
        if (IsDeaf)
        {
            return;
        }

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

    /// <summary>Nobody listens at the other end.</summary>
    public void Refuse()
    {
        WasRefused = true;
        End("nobody listens there");
    }

    /// <summary>The end is told on the link's own thread.</summary>
    public bool Run(ref int budget)
    {
        if (!_wasTold)
        {
            _wasTold = true;
            _handler?.OnEnded(WhyEnded!);
        }

        return true;
    }

    protected override void Wake()
    {
    }

    protected override void OnEnding(string reason)
    {
        WhyEnded = reason;
        Dispatcher.Post(this);
    }
}
