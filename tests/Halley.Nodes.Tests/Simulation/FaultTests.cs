using System.Globalization;

namespace Halley.Nodes.Tests.Simulation;

/// <summary>
/// Nodes are killed, stopped, cut off from each other, started again, drained, while messages are published at any of them: each that was acknowledged is
/// heard by every subscriber, or the subscriber was told that what it knew is not all.
/// </summary>
/// <remarks>NODE_FAULTS=10000 makes so many instead of 300; NODE_SEED begins elsewhere than at 1.</remarks>
public sealed class FaultTests
{
    private static readonly string[] Names = ["a", "b", "c"];
    private static readonly int Faults = Setting("NODE_FAULTS", 300);
    private static readonly int Seed = Setting("NODE_SEED", 1);

    [Fact]
    public void No_acknowledged_message_is_lost_untold_whatever_fails()
    {
        var (faults, acknowledged, sent) = (0, 0, 0);
        for (var seed = Seed; faults < Faults; seed++)
        {
            var chance = new Random(seed);
            using var world = new SimWorld(Names);
            string[] channels = [.. Enumerable.Range(0, 8).Select(n => $"ch{n}")];
            var publishing = new Publishing(world, channels, chance);
            var followers = channels.SelectMany(channel => Enumerable.Range(0, 2).Select(_ => new Follower(world, channel, chance))).ToList();
            var now = 0;
            var story = new List<string>();
            Live(8);
            for (var n = 0; n < 10; n++)
            {
                for (var together = chance.Next(1, 3); together > 0; together--)
                {
                    if (Fault(world, chance) is { } what)
                    {
                        story.Add($"{world.Now:mm:ss.ff} {what}");
                        faults++;
                    }

                    Live(chance.NextDouble() * 4);
                }

                if (n % 3 == 2)
                {
                    Check();
                }
            }

            Check();
            (acknowledged, sent) = (acknowledged + publishing.Acknowledged, sent + publishing.Sent);

            void Live(double seconds)
            {
                for (var end = world.Now + TimeSpan.FromSeconds(seconds); world.Now < end;)
                {
                    now++;
                    publishing.Step(now);
                    followers.ForEach(follower => follower.Step(now));
                    world.Run(chance.Next(2) * 0.05);
                    world.Settle();
                }
            }

            void Check()
            {
                Heal(world, chance);
                Live(6);
                world.RunUntilAllServe();
                for (var step = 0; step < 40; step++)
                {
                    now++;
                    followers.ForEach(follower => follower.Step(now));
                    world.Run(0.25);
                }

                foreach (var follower in followers)
                {
                    Assert.True(follower.IsConnected, $"NODE_SEED={seed}: nobody serves {follower.Channel}\n{string.Join('\n', story)}");
                    var lost = publishing.OwedTo(follower).Except(follower.Heard).ToList();
                    Assert.True(lost.Count == 0, $"NODE_SEED={seed}: {follower.Channel} lost {string.Join(' ', lost)} untold\n{string.Join('\n', story)}");
                }

                story.Add($"{world.Now:mm:ss.ff} checked");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{faults} faults, {sent} messages, {acknowledged} acknowledged");

        // Else nothing was tried.
        Assert.InRange(acknowledged, sent / 2, sent);
    }

    // One thing goes wrong, or is mended.
    private static string? Fault(SimWorld world, Random chance)
    {
        var node = world[Names[chance.Next(Names.Length)]];
        var (one, other) = (node.Name, Names[chance.Next(Names.Length)]);
        switch (chance.Next(8))
        {
            case 0 when !node.IsDead:
            case 1 when !node.IsDead:
                node.Kill();
                return $"{one} is killed";
            case 2 when !node.IsDead && !node.IsStopped:
                node.Stop();
                return $"{one} is stopped";
            case 3 or 4 when one != other && !world.IsCut(one, other):
                world.Cut(one, other);
                return $"{one} and {other} are cut off from each other";
            case 5 when !node.IsDead && !node.IsStopped:
                return node.Cluster.TryDrain() ? $"{one} is drained" : null;
            case 6 when node.IsDead:
                world.Start(one);
                return $"{one} is started again";
            case 7 when node.IsStopped:
                node.Continue(chance.Next(2) == 0);
                return $"{one} goes on";
            default:
                return null;
        }
    }

    private static void Heal(SimWorld world, Random chance)
    {
        foreach (var (one, other) in Names.SelectMany(one => Names.Select(other => (one, other))))
        {
            world.Mend(one, other);
        }

        foreach (var node in Names.Select(name => world[name]))
        {
            if (node is { IsStopped: true, IsDead: false })
            {
                node.Continue(chance.Next(2) == 0);
            }

            if (node.Cluster.Stage == NodeStage.Draining && !node.IsDead)
            {
                node.Kill();
            }

            if (node.IsDead)
            {
                world.Start(node.Name);
            }
        }
    }

    private static int Setting(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : usual;
}
