using Halley.Load.Clients;

namespace Halley.Load.Reports;

/// <summary>The same work done by several servers: what may be compared.</summary>
internal sealed class Section
{
    private readonly List<(string Name, Measurement Line)> _lines;
    private readonly string _floor;

    private Section(IEnumerable<(string Name, Measurement Line)> lines, string floor)
    {
        (_lines, _floor) = ([.. lines], floor);
        Names = [.. _lines.Select(line => line.Name).Distinct()];
    }

    public string Measure => _lines[0].Line.Measure;

    public string Setting => _lines[0].Line.Setting;

    /// <summary>The servers in the order of their turns; one that served in several ways is there for each.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The names of all figures that any of them has.</summary>
    public IEnumerable<string> Figures => _lines.SelectMany(line => line.Line.Figures.Keys).Distinct();

    /// <param name="floor">The server that ratios are against.</param>
    public static IReadOnlyList<Section> Of(IReadOnlyList<Measurement> measurements, string floor)
    {
        var severalWays = measurements.GroupBy(line => line.Server)
            .Where(server => server.Select(line => line.Transport).Distinct().Count() > 1)
            .Select(server => server.Key)
            .ToHashSet();
        return
        [
            .. measurements
                .Select(line => (Name: severalWays.Contains(line.Server) ? $"{line.Server} {line.Transport}" : line.Server, Line: line))
                .GroupBy(line => (line.Line.Measure, line.Line.Setting))
                .Select(lines => new Section(lines, floor)),
        ];
    }

    public bool IsFloor(string name) => LinesOf(name).All(line => line.Server == _floor);

    public List<double> RoundsOf(string name, string figure) => RoundsOf(LinesOf(name), figure);

    public DeliveryErrors ErrorsOf(string name) => LinesOf(name).Aggregate(DeliveryErrors.None, (sum, line) => sum + line.Errors);

    /// <summary>
    /// To the floor that served in the same way, else to what floor there is. Round by round, because servers took turns: both sides of a
    /// ratio had the same neighbours on the machine.
    /// </summary>
    /// <returns>Null: one of them was not measured, or the floor's figure is 0.</returns>
    public Spread? RatioOf(string name, string figure)
    {
        var floors = _lines.Select(line => line.Line).Where(line => line.Server == _floor).ToList();
        var transport = LinesOf(name).Select(line => line.Transport).FirstOrDefault();
        var nearest = floors.Find(line => line.Transport == transport) ?? floors.FirstOrDefault();
        var floorRounds = RoundsOf(floors.Where(line => line.Transport == nearest?.Transport), figure);
        var ratios = RoundsOf(name, figure).Zip(floorRounds, (value, floor) => value / floor).ToList();
        return ratios.Count == 0 || floorRounds.Any(value => value <= 0) ? null : Spread.Of(ratios);
    }

    private static List<double> RoundsOf(IEnumerable<Measurement> lines, string figure) =>
        [.. lines.SelectMany(line => line.Figures.GetValueOrDefault(figure) ?? [])];

    private IEnumerable<Measurement> LinesOf(string name) => _lines.Where(line => line.Name == name).Select(line => line.Line);
}
