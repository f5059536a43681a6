namespace Halley.Load.Reports;

/// <summary>One figure of several servers, each beside the floor's in the same rounds.</summary>
/// <param name="Title">What a reader calls the figure.</param>
/// <param name="Unit">B or µs.</param>
internal sealed record Comparison(string Title, string Unit, IReadOnlyList<Comparison.Row> Rows)
{
    // What a server that holds connections and pushes messages is asked for first; the measure that answers it, and its
    // name there.
    private static readonly (string Title, string Unit, string Measure, string Figure)[] Figures =
    [
        ("Bytes per connection", "B", "hold", "memory per connection, B"),
        ("CPU per delivered message", "µs", "fanout", "CPU per delivery, µs"),
        ("CPU per subscription", "µs", "hold", "CPU per subscription, µs"),
        ("CPU per push", "µs", "push", "CPU per push, µs"),
    ];

    /// <summary>
    /// The four figures that are drawn. A server that was not measured for one of them stands in it without a value.
    /// </summary>
    /// <param name="sections">Of one run. Of a measure with several settings the first is taken.</param>
    public static IReadOnlyList<Comparison> Of(IReadOnlyList<Section> sections)
    {
        var servers = sections.SelectMany(section => section.Names).Distinct().ToList();
        return
        [
            .. Figures.Select(figure => new Comparison(
                figure.Title,
                figure.Unit,
                [.. servers.Select(server => RowOf(
                    sections.FirstOrDefault(section => section.Measure == figure.Measure), server, figure.Figure))])),
        ];
    }

    private static Row RowOf(Section? section, string server, string figure)
    {
        var rounds = section?.RoundsOf(server, figure) ?? [];
        return rounds.Count == 0
            ? new Row(server, null, null) { IsFloor = section?.IsFloor(server) ?? false }
            : new Row(server, Spread.Of(rounds), section!.RatioOf(server, figure))
            {
                IsFloor = section.IsFloor(server),
                IsSound = section.ErrorsOf(server).IsNone,
            };
    }

    /// <param name="Value">Null: not measured.</param>
    /// <param name="Ratio">To the floor. Null: not measured, or there is no floor.</param>
    internal sealed record Row(string Server, Spread? Value, Spread? Ratio)
    {
        public bool IsFloor { get; init; }

        /// <summary>Whether every message came once, in order and undamaged. If not, the figure says nothing.</summary>
        public bool IsSound { get; init; } = true;
    }
}
