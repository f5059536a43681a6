using System.Text.Json;
using Halley.Testing.Doubles;

namespace Halley.Nodes.Tests.Simulation;

/// <summary>A subscriber that asks for its place, goes where it is sent, and comes back when it is cut off: what it heard, and when it was told that there is more.</summary>
internal sealed class Follower(SimWorld world, string channel, Random chance)
{
    private RecordingExchange? _exchange;
    private SimNode? _node;
    private int _read;
    private string _epoch = "0";
    private long _next;
    private string? _sentTo;

    public string Channel { get; } = channel;

    /// <summary>What came, since <see cref="Since"/>.</summary>
    public List<string> Heard { get; } = [];

    /// <summary>When it was told last that what it knew is void, or a part of it missing; null while it never was connected.</summary>
    public int? Since { get; private set; }

    public bool IsConnected => _exchange is { Head: not null, IsEnded: false };

    /// <summary>Reads what has come, and comes back where it must.</summary>
    /// <param name="now">A number that grows with each step.</param>
    public void Step(int now)
    {
        if (_exchange is null || _node!.IsDead)
        {
            // What is not read by now was lost with the connection.
            Connect();
            return;
        }

        if (_node.IsStopped)
        {
            return;
        }

        if (_exchange.Head is not null && _exchange.Status.StartsWith("307", StringComparison.Ordinal))
        {
            _sentTo = new Uri(_exchange.Fields.Split("\r\n").First(field => field.StartsWith("Location: ", StringComparison.Ordinal))[10..]).Host;
            Connect();
            return;
        }

        Read(now);
        if (_exchange.IsEnded)
        {
            Connect();
        }
    }

    private void Connect()
    {
        var alive = world.Nodes.Where(node => !node.IsDead && !node.IsStopped).ToList();
        _exchange = null;
        if (alive.Count == 0)
        {
            return;
        }

        _node = alive.Find(node => node.Name == _sentTo) ?? alive[chance.Next(alive.Count)];
        _sentTo = null;
        _read = 0;
        _exchange = _node.Ask(_node.Front, $"/stream?cname={Channel}&seq={_next}&epoch={_epoch}");
    }

    private void Read(int now)
    {
        var body = _exchange!.Body;
        for (var end = body.IndexOf('\n', _read); end >= 0; end = body.IndexOf('\n', _read))
        {
            var line = body[_read..end];
            _read = end + 1;
            if (line.StartsWith('{'))
            {
                Take(line, now);
            }
        }
    }

    private void Take(string line, int now)
    {
        using var json = JsonDocument.Parse(line);
        var (type, seq) = (json.RootElement.GetProperty("type").GetString()!, json.RootElement.GetProperty("seq").GetInt64());
        switch (type)
        {
            case "exact" or "gap" or "reset":
                if (type != "exact" || _epoch == "0")
                {
                    Heard.Clear();
                    Since = now;
                }

                _epoch = json.RootElement.GetProperty("epoch").GetString()!;
                _next = seq;
                break;
            case "data":
                Assert.Equal(_next, seq);
                _next = seq + 1;
                Heard.Add(json.RootElement.GetProperty("content").GetString()!);
                break;
            default:
                Assert.Equal("noop", type);
                break;
        }
    }
}
