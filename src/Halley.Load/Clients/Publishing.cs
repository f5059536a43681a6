using System.Diagnostics;
using Halley.Load.Native;

namespace Halley.Load.Clients;

/// <summary>
/// Publishes to many channels over all connections at once, at a rate or as fast as it is answered, and keeps what number each channel
/// has come to. A channel belongs to one connection, so that its numbers 1, 2, 3... are published in order.
/// </summary>
internal sealed class Publishing
{
    /// <summary>Messages that wait for their connection, per connection; more are not made before.</summary>
    private const int QueueLimit = 4;

    private readonly Poller _poller;
    private readonly Publishers _publishers;
    private readonly int[] _published;
    private readonly Queue<int>[] _waiting;
    private int _waitingCount;

    public Publishing(Poller poller, Publishers publishers, int channels)
    {
        (_poller, _publishers) = (poller, publishers);
        _published = new int[channels];
        _waiting = [.. Enumerable.Range(0, publishers.Connections).Select(_ => new Queue<int>())];
        publishers.Answered = PublishNext;
    }

    /// <summary>Messages to everybody so far.</summary>
    public int PublishedToAll { get; private set; }

    /// <summary>Messages to channels so far.</summary>
    public long Made { get; private set; }

    /// <summary>Called now and then while it publishes.</summary>
    public Action? Passing { get; set; }

    /// <summary>The number of the last message published to a channel; 0: none.</summary>
    public int PublishedTo(int channel) => _published[channel];

    /// <summary>Returns when so many messages have been taken by the server.</summary>
    /// <param name="ratePerSecond">0: as fast as they are answered.</param>
    /// <param name="nextChannel">Asked before each message.</param>
    public void Publish(long count, double ratePerSecond, Func<int> nextChannel)
    {
        var start = Stopwatch.GetTimestamp();
        var (answered, since) = (_publishers.AnsweredCount, start);
        for (long made = 0; made < count || _waitingCount > 0 || _publishers.UnderWay > 0;)
        {
            var due = ratePerSecond == 0 ? count : Math.Min(count, 1 + (long)(Stopwatch.GetElapsedTime(start).TotalSeconds * ratePerSecond));
            while (made < due && _waitingCount < QueueLimit * _waiting.Length)
            {
                Make(nextChannel());
                made++;
            }

            _poller.RunOnce(timeoutMs: made < count && ratePerSecond > 0 ? 1 : 20);
            Passing?.Invoke();
            if (_publishers.UnderWay == 0 || _publishers.AnsweredCount != answered)
            {
                (answered, since) = (_publishers.AnsweredCount, Stopwatch.GetTimestamp());
            }
            else if (Stopwatch.GetElapsedTime(since) > Publishers.AnswerLimit)
            {
                throw _publishers.NotAnswered();
            }
        }
    }

    /// <summary>One message to all channels; returns when the server has taken it.</summary>
    public void Broadcast()
    {
        _publishers.Push(0, Wire.Payload.Everybody, ++PublishedToAll);
        _publishers.Drain();
    }

    private void Make(int channel)
    {
        var connection = channel % _waiting.Length;
        _waiting[connection].Enqueue(channel);
        _waitingCount++;
        Made++;
        PublishNext(connection);
    }

    private void PublishNext(int connection)
    {
        if (!_publishers.IsUnderWay(connection) && _waiting[connection].TryDequeue(out var channel))
        {
            _waitingCount--;
            _publishers.Push(connection, channel, ++_published[channel]);
        }
    }
}
