using System.Globalization;
using System.Text;

namespace Halley.Chaos;

/// <summary>The load of a run, and its limits: it ends when each of the three that is set is reached.</summary>
public sealed record ChaosSettings
{
    public int Seed { get; init; }

    /// <summary>The least time that it takes; null for no matter how long.</summary>
    public TimeSpan? Seconds { get; init; }

    /// <summary>The least number of faults; null for no matter how many.</summary>
    public int? Faults { get; init; }

    /// <summary>The least number of messages delivered; null for no matter how many.</summary>
    public long? Deliveries { get; init; }

    public int Channels { get; init; } = 14;

    /// <summary>Subscribers of all channels together.</summary>
    public int Subscribers { get; init; } = 140;

    public int Publishers { get; init; } = 6;

    /// <summary>The kinds of faults that may happen; null for all that the server can have.</summary>
    public IReadOnlyList<FaultKind>? Only { get; init; }

    /// <summary>Hearing nothing for that long, a subscriber comes anew.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>The time that everybody has at the end to hear what is owed to them.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The words that have the command do this again.</summary>
    public string Words()
    {
        var words = new StringBuilder();
        Add("--seed", Seed);
        Add("--seconds", Seconds is { } seconds ? (long)seconds.TotalSeconds : null);
        Add("--faults", Faults);
        Add("--deliveries", Deliveries);
        Add("--channels", Channels);
        Add("--subscribers", Subscribers);
        Add("--publishers", Publishers);
        if (Only is not null)
        {
            words.Append(CultureInfo.InvariantCulture, $" --only {string.Join(',', Only.Select(FaultKinds.Word))}");
        }

        return words.ToString().TrimStart();

        void Add(string name, long? value)
        {
            if (value is { } number)
            {
                words.Append(CultureInfo.InvariantCulture, $" {name} {number}");
            }
        }
    }
}
