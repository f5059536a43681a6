using Halley.Testing.Doubles;

namespace Halley.Nodes.Tests.Simulation;

/// <summary>Short words for what the tests of nodes say again and again.</summary>
internal static class Words
{
    public static readonly string[] Names = ["a", "b", "c"];

    public static SimWorld Serving(params string[] names)
    {
        var world = new SimWorld(names.Length > 0 ? names : Names);
        world.RunUntilAllServe();

        // Until each has heard that the others take it for one that serves.
        world.Run(0.5);
        return world;
    }

    /// <summary>A channel whose nodes come in that order.</summary>
    public static string ChannelOf(params string[] order) => Enumerable.Range(0, 10_000).Select(n => $"ch{n}")
        .First(name => Rendezvous.Order(Names, System.Text.Encoding.UTF8.GetBytes(name)).Take(order.Length).SequenceEqual(order));

    public static RecordingExchange Get(this SimWorld world, string node, string target)
    {
        var exchange = world[node].Ask(world[node].Admin, target);
        world.Settle();
        return exchange;
    }

    public static RecordingExchange Sub(this SimWorld world, string node, string target)
    {
        var exchange = world[node].Ask(world[node].Front, target);
        world.Settle();
        return exchange;
    }

    public static bool IsHere(this SimNode node, string channel) => node.Hub.Find(System.Text.Encoding.UTF8.GetBytes(channel)) is not null;

    public static IEnumerable<string> Serving(this SimNode node) => node.Cluster.View.Serving.Select(entry => entry.Name);

    public static string StateOf(this SimNode node, string other) => node.Cluster.Report().First(report => report.Name == other).State;
}
