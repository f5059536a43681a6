namespace Halley.Protocol.Explaining;

/// <summary>Something that went wrong with one request or connection, for operators who look.</summary>
/// <param name="What"><c>refused</c>, <c>turned_away</c>, or the reason for an end.</param>
/// <param name="Status">Of a refusal; 0 of anything else.</param>
/// <param name="Path">Of the request, without its query, where tokens may stand; empty where there is none.</param>
/// <param name="Channels">What it listened to: some of it.</param>
public sealed record Incident(
    DateTimeOffset Time,
    string What,
    int Status,
    string Address,
    string Listener,
    string Path,
    IReadOnlyList<byte[]> Channels);

/// <summary>
/// The incidents of a process since they were last taken. Nothing is noted while nobody takes them. Any thread.
/// </summary>
public sealed class Incidents(TimeProvider time)
{
    // More in a second nobody reads.
    private const int MostKept = 50;

    // Who looks does so every second.
    private static readonly TimeSpan Interest = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private List<Incident> _recent = [];
    private int _more;
    private long _taken;
    private volatile bool _areWanted;

    /// <summary>Whether somebody looks. Every place that could note one asks this first.</summary>
    public bool AreWanted => _areWanted;

    /// <summary>Takes those that were noted since the last time.</summary>
    /// <param name="more">The number of those that were not kept.</param>
    public IReadOnlyList<Incident> Take(out int more)
    {
        lock (_lock)
        {
            _taken = time.GetTimestamp();
            _areWanted = true;
            more = _more;
            _more = 0;
            (var taken, _recent) = (_recent, []);
            return taken;
        }
    }

    /// <summary>Notes one, unless nobody takes them.</summary>
    /// <inheritdoc cref="Incident(DateTimeOffset, string, int, string, string, string, IReadOnlyList{byte[]})"/>
    public void Note(
        string what, int status, string address, string listener, string path, IReadOnlyList<byte[]> channels)
    {
        lock (_lock)
        {
            if (time.GetElapsedTime(_taken) > Interest)
            {
                _areWanted = false;
                _recent = [];
                _more = 0;
            }
            else if (_recent.Count < MostKept)
            {
                _recent.Add(new Incident(time.GetUtcNow(), what, status, address, listener, path, channels));
            }
            else
            {
                _more++;
            }
        }
    }
}
