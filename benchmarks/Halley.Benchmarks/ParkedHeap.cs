using System.Diagnostics;
using System.Globalization;

namespace Halley.Benchmarks;

/// <summary>
/// What parked connections weigh on the managed heap, and how long a full collection stops everybody for them. Not a
/// benchmark of BenchmarkDotNet, since neither is a time per operation.
/// </summary>
internal static class ParkedHeap
{
    private const int Rounds = 5;

    /// <param name="arguments">How many; 200,000 where nothing is said.</param>
    public static void Measure(IReadOnlyList<string> arguments)
    {
        var count = arguments.Count > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 200_000;
        Measure(count, "each on its own channel", i => $"c{i}");
        Measure(count, "all on one channel", _ => "one");
    }

    private static void Measure(int count, string kind, Func<int, string> channelOf)
    {
        using var parked = new ParkedConnections();

        // The first ones warm up what all share.
        const int First = 1000;
        for (var i = 0; i < First; i++)
        {
            parked.Park(channelOf(i));
        }

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var longest = TimeSpan.Zero;
        var first = GC.CollectionCount(0);
        var collections = first;
        for (var i = First; i < First + count; i++)
        {
            parked.Park(channelOf(i));
            if (GC.CollectionCount(0) != collections)
            {
                collections = GC.CollectionCount(0);
                longest = GC.GetGCMemoryInfo(GCKind.Any).PauseDurations.ToArray().Append(longest).Max();
            }
        }

        if (parked.Count != First + count)
        {
            throw new InvalidOperationException($"{parked.Count} are parked; there should be {First + count}");
        }

        var bytes = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / count;
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{count:N0} parked connections, {kind}: {bytes:F0} B each on the managed heap"));
        var came = $"{collections - first} collections, longest pause";
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  while they came:                        {came} {longest.TotalMilliseconds:F1} ms"));
        Console.WriteLine($"  a full collection that stops everybody: {Pauses(GCKind.FullBlocking, isBlocking: true)}");
        Console.WriteLine($"  one in the background, its pauses:      {Pauses(GCKind.Background, isBlocking: false)}");
    }

    private static string Pauses(GCKind kind, bool isBlocking)
    {
        List<double> milliseconds = [];
        for (var round = 0; round < Rounds; round++)
        {
            var before = GC.GetGCMemoryInfo(kind).Index;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, isBlocking);
            var limit = Stopwatch.StartNew();
            while (GC.GetGCMemoryInfo(kind).Index == before && limit.Elapsed < TimeSpan.FromSeconds(10))
            {
                Thread.Sleep(10);
            }

            var info = GC.GetGCMemoryInfo(kind);
            if (info.Index == before)
            {
                return "there is none in this configuration";
            }

            milliseconds.Add(info.PauseDurations.ToArray().Max(pause => pause.TotalMilliseconds));
        }

        return string.Create(
            CultureInfo.InvariantCulture,
            $"median {milliseconds.Order().ElementAt(Rounds / 2):F1} ms, longest {milliseconds.Max():F1} ms");
    }
}
