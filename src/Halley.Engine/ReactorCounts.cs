using Halley.Protocol.Http;

namespace Halley.Engine;

/// <summary>
/// The counts of one reactor since the start. It alone counts, without locks; any thread may read, and may be a moment
/// behind.
/// </summary>
public sealed class ReactorCounts
{
    private const int FirstStatus = 400;
    private const int Statuses = 200;

    // Of a turn: the shortest is some system calls, and one of a second is a stall that every client feels.
    private static readonly double[] TurnBounds =
        [0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];

    private readonly long[] _closed = new long[(int)Enum.GetValues<CloseReason>().Max() + 1];
    private readonly long[] _refused = new long[Statuses];
    private long _turnedAway;

    /// <summary>The time of the reactor's turns, without what it waited before them.</summary>
    public DurationHistogram Turns { get; } = new(TurnBounds);

    /// <summary>The connections that were turned away: their client had its share.</summary>
    public long TurnedAway => Volatile.Read(ref _turnedAway);

    /// <summary>The connections that ended for a reason.</summary>
    public long ClosedFor(CloseReason reason) => Volatile.Read(ref _closed[(int)reason]);

    /// <summary>The requests that were answered with a status of an error, for each status there was.</summary>
    public IEnumerable<(int Status, long Count)> Refused()
    {
        for (var i = 0; i < Statuses; i++)
        {
            if (Volatile.Read(ref _refused[i]) is var count and > 0)
            {
                yield return (FirstStatus + i, count);
            }
        }
    }

    internal void CountClosed(CloseReason reason) => _closed[(int)reason]++;

    internal void CountTurnedAway() => _turnedAway++;

    /// <summary>Counts an answer, where its status is an error's.</summary>
    /// <returns>Whether it is.</returns>
    internal bool CountAnswer(ResponseHead head)
    {
        if (head.Status.Span is not [>= (byte)'4' and <= (byte)'5', var tens, var ones, ..] status)
        {
            return false;
        }

        var number = ((status[0] - '4') * 100) + ((tens - '0') * 10) + (ones - '0');
        if ((uint)number < Statuses)
        {
            _refused[number]++;
        }

        return true;
    }
}
