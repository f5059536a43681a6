using System.Globalization;

namespace Halley.Simulation.Tests;

/// <summary>
/// The promise of told or whole, over seeds. <c>SIMULATION_SEEDS=1000000</c> runs so many, on all cores;
/// <c>SIMULATION_SEED=4711</c> one, and tells what happened.
/// </summary>
public sealed class Seeds
{
    private const int Usual = 5_000;

    [Fact]
    public void Every_acknowledged_message_is_heard_once_and_in_order_or_told_to_be_missing()
    {
        if (Setting("SIMULATION_SEED") is { } one)
        {
            using var world = new World(one, hasNotes: true);
            var wrong = world.Run();
            TestContext.Current.TestOutputHelper!.WriteLine(world.Notes);
            Assert.True(wrong is null, Sentence(one, wrong));
            return;
        }

        var (first, count) = (Setting("SIMULATION_FIRST") ?? 1, Setting("SIMULATION_SEEDS") ?? Usual);
        var sums = new Sums();
        Parallel.For(
            first,
            first + count,
            new ParallelOptions { MaxDegreeOfParallelism = count > Usual ? Environment.ProcessorCount : 1 },
            (seed, loop) =>
            {
                using var world = new World(seed);
                if (world.Run() is { } wrong)
                {
                    sums.Fail(Sentence(seed, wrong));
                    loop.Stop();
                }

                sums.Add(world);
            });
        TestContext.Current.TestOutputHelper!.WriteLine(sums.ToString());
        Assert.True(sums.Failure is null, sums.Failure);
    }

    private static string Sentence(int seed, string? wrong) =>
        string.Create(CultureInfo.InvariantCulture, $"SIMULATION_SEED={seed} repeats this:\n{wrong}");

    private static int? Setting(string name) =>
        int.TryParse(
            Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
