namespace Halley.Server.Doctor;

/// <summary>One limit, and what it means for the connections asked about.</summary>
/// <param name="Name">As an operator knows it.</param>
/// <param name="Now">Its value.</param>
/// <param name="Need">What the connections need of it.</param>
internal sealed record Finding(string Name, string Now, string Need, Verdict Verdict)
{
    private const string CannotBeRead = "cannot be read";

    /// <summary>The number of connections that fit; unlimited where the limit does not count them.</summary>
    public long Holds { get; init; } = Readings.Unlimited;

    /// <summary>The setting to change. Null when nothing must or can be.</summary>
    public Remedy? Remedy { get; init; }

    /// <summary>The use of the remedy, where it stops no connection.</summary>
    public string GoodFor { get; init; } = "";

    /// <summary>A limit that connections use up.</summary>
    /// <param name="limit">Null when it cannot be read.</param>
    /// <param name="each">What one connection takes of it.</param>
    /// <param name="taken">What is taken of it without any connection.</param>
    public static Finding Cap(
        string name,
        long? limit,
        long connections,
        long each,
        long taken,
        Func<long,
        string> show,
        Func<long,
        Remedy> remedy)
    {
        var need = taken + (each * connections);
        return limit switch
        {
            null => Unreadable(name, show(need)),
            Readings.Unlimited => new(name, show(Readings.Unlimited), show(need), Verdict.Ok),
            { } enough when enough >= need =>
                new(name, show(enough), show(need), Verdict.Ok) { Holds = (enough - taken) / each },
            { } few => new(name, show(few), show(need), Verdict.Stops)
            {
                Holds = Math.Max(0, few - taken) / each,
                Remedy = remedy(need),
            },
        };
    }

    /// <summary>A limit that is felt, but stops no connection.</summary>
    public static Finding Advice(
        string name, long? limit, long need, string goodFor, Func<long, string> show, Func<long, Remedy> remedy) =>
        limit switch
        {
            null => Unreadable(name, show(need)),
            { } enough when enough >= need => new(name, show(enough), show(need), Verdict.Ok),
            { } few => new(name, show(few), show(need), Verdict.Better) { GoodFor = goodFor, Remedy = remedy(need) },
        };

    public static Finding Unreadable(string name, string need) => new(name, CannotBeRead, need, Verdict.Unknown);

    /// <summary>The same, where without it nothing can be said.</summary>
    public Finding Essential() => Verdict == Verdict.Unknown ? this with { Verdict = Verdict.MustBeKnown } : this;
}
