using System.Diagnostics;
using System.Net;
using Halley.Load.Native;

namespace Halley.Load.Clients;

/// <summary>Many held subscriptions. State lies in arrays by subscriber: the client should cost as little as it can beside the server.</summary>
internal sealed class Subscribers : IReader, IDisposable
{
    /// <summary>Subscriptions asked for and not yet answered, below the smallest listen queue we measure (128).</summary>
    private const int Window = 64;

    /// <summary>Connections from one source address. One address has some 28,000 ports towards one server, some still in TIME_WAIT.</summary>
    private const int PerSource = 8_000;

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(30);
    private static int OpenedSwarms;

    private readonly Poller _poller;
    private readonly IPEndPoint _front;
    private readonly SubscriptionKind _kind;
    private readonly bool _hasBrowserHeaders;
    private readonly Func<int, string> _channelOf;
    private readonly int _swarm = Interlocked.Increment(ref OpenedSwarms);
    private readonly List<int> _descriptors = [];
    private readonly int[] _indexOf = new int[Poller.MaxDescriptors];
    private readonly bool[] _isHeld = new bool[Poller.MaxDescriptors];
    private readonly int[] _received = new int[Poller.MaxDescriptors];
    private readonly byte[]?[] _partial = new byte[]?[Poller.MaxDescriptors];
    private readonly byte[] _buffer = new byte[1 << 20];

    /// <param name="channelOf">The channel each subscriber, by index, listens to. Nothing may have been pushed there yet.</param>
    public Subscribers(Poller poller, IPEndPoint front, SubscriptionKind kind, bool hasBrowserHeaders, Func<int, string> channelOf, Payload payload)
    {
        (_poller, _front, _kind, _hasBrowserHeaders, _channelOf) = (poller, front, kind, hasBrowserHeaders, channelOf);
        Check = new DeliveryCheck(payload);
    }

    public DeliveryCheck Check { get; }

    public int Count => _descriptors.Count;

    /// <summary>How many have been answered and wait for a message.</summary>
    public int Held { get; private set; }

    /// <summary>Called with the subscriber's index for each message it had not had.</summary>
    public Action<int>? Delivered { get; set; }

    /// <summary>Whether a long poll that was answered asks again.</summary>
    public bool IsPollingAgain { get; set; }

    /// <summary>Opens more until there are so many, and returns when the server has answered them all.</summary>
    public void OpenUpTo(int count)
    {
        while (Count < count)
        {
            while (Count < count && Count - Held < Window)
            {
                Open();
            }

            _poller.RunOnce(timeoutMs: 1);
        }

        if (!_poller.RunUntil(() => Held + Check.Errors.Ended >= count, AnswerLimit))
        {
            throw new LoadException($"Only {Held} of {count} subscriptions were answered.");
        }
    }

    public void Read(int descriptor)
    {
        var index = _indexOf[descriptor];
        var carried = _partial[index] ?? [];
        carried.CopyTo(_buffer, 0);
        var got = Connector.Receive(descriptor, _buffer.AsSpan(carried.Length));
        if (got == 0)
        {
            Check.ConnectionEnded();
            Held -= _isHeld[index] ? 1 : 0;
            _isHeld[index] = false;
            _poller.Remove(descriptor);
        }
        else if (got > 0)
        {
            ReadOnlySpan<byte> bytes = _buffer.AsSpan(0, carried.Length + got);
            while (bytes.Length > 0 && (_isHeld[index] ? TakeChunk(index, ref bytes) : TakeHead(index, ref bytes)))
            {
            }

            _partial[index] = bytes.Length > 0 ? bytes.ToArray() : null;
        }
    }

    public void Dispose()
    {
        foreach (var descriptor in _descriptors)
        {
            _poller.Remove(descriptor);
            Libc.Close(descriptor);
        }

        _descriptors.Clear();
        Held = 0;
    }

    private void Open()
    {
        var index = _descriptors.Count;
        var source = new IPAddress([127, (byte)(1 + (Environment.ProcessId % 250)), (byte)_swarm, (byte)(1 + (index / PerSource))]);
        var descriptor = Connector.Connect(_front, source);
        _descriptors.Add(descriptor);
        _indexOf[descriptor] = index;
        _poller.Add(descriptor, this);
        Ask(index, next: 1);
    }

    private void Ask(int index, int next) =>
        Connector.Send(_descriptors[index], SubscribeRequest.Create(_kind, _channelOf(index), next, _hasBrowserHeaders));

    private bool TakeHead(int index, ref ReadOnlySpan<byte> bytes)
    {
        if (!Chunk.TryTakeHead(ref bytes, out var head))
        {
            return false;
        }

        if (!head.StartsWith("HTTP/1.1 200 "u8))
        {
            throw new LoadException($"A subscription was refused: {System.Text.Encoding.ASCII.GetString(head)}");
        }

        _isHeld[index] = true;
        Held++;
        return true;
    }

    private bool TakeChunk(int index, ref ReadOnlySpan<byte> bytes)
    {
        if (!Chunk.TryTake(ref bytes, out var chunk))
        {
            return false;
        }

        if (chunk.Length == 0)
        {
            ResponseEnded(index);
        }
        else if (Check.Take(index, chunk))
        {
            _received[index]++;
            Delivered?.Invoke(index);
        }

        return true;
    }

    private void ResponseEnded(int index)
    {
        Debug.Assert(_isHeld[index], "only a held response ends");
        _isHeld[index] = false;
        Held--;
        if (_kind != SubscriptionKind.Poll)
        {
            Check.ConnectionEnded();
        }
        else if (IsPollingAgain)
        {
            Ask(index, next: _received[index] + 1);
        }
    }
}
