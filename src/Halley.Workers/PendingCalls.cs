using System.Collections.Concurrent;
using Halley.Broker;
using Halley.Protocol;
using Halley.Protocol.Links;
using Halley.Workers.Frames;

namespace Halley.Workers;

/// <summary>The calls of one side of a link that the other has not answered yet. Any thread.</summary>
internal sealed class PendingCalls
{
    private readonly ConcurrentDictionary<uint, Pending> _pending = new();
    private uint _last;

    /// <summary>Sends a call.</summary>
    /// <param name="write">Writes the arguments.</param>
    /// <param name="read">Reads the result.</param>
    /// <param name="ifEnded">The result where the link ends before there is an answer.</param>
    public ValueTask<T> Ask<T>(Link link, CallKind kind, Action<ByteBuffer> write, FieldReader<T> read, T ifEnded)
    {
        var number = Interlocked.Increment(ref _last);
        var pending = new Pending<T>(read, ifEnded);
        _pending[number] = pending;
        link.Send(new Call(number, kind, write));
        return new(pending.Task);
    }

    /// <summary>Completes a call with its answer.</summary>
    /// <returns>False when it was not asked for.</returns>
    public bool Answer(ref FrameReader reader) =>
        _pending.TryRemove(reader.ReadUInt(), out var pending) && pending.TryComplete(ref reader);

    /// <summary>Fails a call.</summary>
    /// <returns>False when it was not asked for.</returns>
    public bool Fail(in BrokerFailure failed)
    {
        if (!_pending.TryRemove(failed.Number, out var pending))
        {
            return false;
        }

        pending.Fail(failed.Why);
        return true;
    }

    /// <summary>Completes every call, since the link has ended.</summary>
    public void End()
    {
        foreach (var number in _pending.Keys)
        {
            if (_pending.TryRemove(number, out var pending))
            {
                pending.End();
            }
        }
    }

    private abstract class Pending
    {
        public abstract bool TryComplete(ref FrameReader reader);

        public abstract void End();

        public abstract void Fail(BrokerException why);
    }

    private sealed class Pending<T>(FieldReader<T> read, T ifEnded) : Pending
    {
        private readonly TaskCompletionSource<T> _result = new();

        public Task<T> Task => _result.Task;

        public override bool TryComplete(ref FrameReader reader)
        {
            var result = read(ref reader);
            return reader.IsWhole && _result.TrySetResult(result);
        }

        public override void End() => _result.TrySetResult(ifEnded);

        public override void Fail(BrokerException why) => _result.TrySetException(why);
    }
}
