using System.Globalization;
using System.Text;
using System.Text.Json;
using Halley.Chaos.Ledgers;

namespace Halley.Chaos;

/// <summary>The ledger of a run, and what happened meanwhile.</summary>
/// <param name="Refusal">An answer that some subscriber was refused with; null for none.</param>
public sealed record ChaosReport(
    string Server,
    ChaosSettings Settings,
    TimeSpan Time,
    Totals Totals,
    IReadOnlyDictionary<FaultKind, int> Faults,
    IReadOnlyList<Breach> Breaches,
    string? Refusal)
{
    private const int MostBreaches = 10;

    public void Write(TextWriter output)
    {
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Server}: {Faults.Values.Sum()} faults in {Time.TotalSeconds:0} s, seed {Settings.Seed}"));
        var faults = Faults.Select(static pair => $"{FaultKinds.Word(pair.Key)} {pair.Value}");
        output.WriteLine($"  {string.Join(", ", faults)}");
        foreach (var (name, value) in Lines())
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-13}{value,14:N0}"));
        }

        foreach (var breach in Breaches.Take(MostBreaches))
        {
            output.WriteLine($"  {breach}");
        }

        if (!Totals.IsClean && Refusal is not null)
        {
            output.WriteLine($"  a subscriber was refused: {Refusal}");
        }
    }

    /// <summary>All of it, in a line of JSON.</summary>
    public string ToJson()
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("server", Server);
            json.WriteNumber("seed", Settings.Seed);
            json.WriteNumber("seconds", Math.Round(Time.TotalSeconds, 1));
            json.WriteStartObject("faults");
            foreach (var (kind, count) in Faults)
            {
                json.WriteNumber(FaultKinds.Word(kind), count);
            }

            json.WriteEndObject();
            foreach (var (name, value) in Lines())
            {
                json.WriteNumber(name.Replace(' ', '_'), value);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private IEnumerable<(string Name, long Value)> Lines() =>
    [
        ("acknowledged", Totals.Acknowledged),
        ("delivered", Totals.Delivered),
        ("told", Totals.Told),
        ("repeated", Totals.Repeated),
        ("out of order", Totals.OutOfOrder),
        ("lost untold", Totals.LostUntold),
    ];
}
