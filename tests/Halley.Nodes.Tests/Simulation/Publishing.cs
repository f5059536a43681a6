using Halley.Testing.Doubles;

namespace Halley.Nodes.Tests.Simulation;

/// <summary>Publishes numbered messages to channels at nodes chosen by chance, and knows which were acknowledged.</summary>
internal sealed class Publishing(SimWorld world, string[] channels, Random chance)
{
    private readonly List<(string Channel, string Text, int SentAt, RecordingExchange Exchange)> _sent = [];
    private int _count;

    public int Acknowledged => _sent.Count(one => IsAcknowledged(one.Exchange));

    public int Sent => _sent.Count;

    public void Step(int now)
    {
        // To one that stands still as well: it handles that when it goes on.
        var alive = world.Nodes.Where(node => !node.IsDead).ToList();
        if (alive.Count == 0)
        {
            return;
        }

        var (node, channel, text) = (alive[chance.Next(alive.Count)], channels[chance.Next(channels.Length)], $"m{++_count}");
        _sent.Add((channel, text, now, node.Ask(node.Admin, $"/push?cname={channel}&content={text}")));
    }

    /// <summary>What a subscriber ought to have heard: acknowledged, and sent after it was told last where it stands.</summary>
    public IEnumerable<string> OwedTo(Follower follower) =>
        _sent.Where(one => one.Channel == follower.Channel && one.SentAt > follower.Since && IsAcknowledged(one.Exchange)).Select(one => one.Text);

    private static bool IsAcknowledged(RecordingExchange exchange) => exchange.Head is not null && exchange.Status == "200 OK";
}
