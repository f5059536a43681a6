using System.Text;
using Halley.Broker;
using Halley.Chaos.Ledgers;

namespace Halley.Simulation.Tests;

/// <summary>
/// A publisher that has one message under way at a time. One without an answer is sent again under its idempotency key,
/// or given up.
/// </summary>
/// <param name="only">Where it publishes one message; null for many, anywhere.</param>
internal sealed class SimulatedPublisher(World world, bool hasKeys, string? only = null)
{
    private static readonly Retention?[] Retentions =
    [
        null, null, null, null, null, null,
        new(0, null),
        new(3, TimeSpan.FromSeconds(2)),
        new(10, TimeSpan.FromSeconds(5)),
    ];

    private Lane? _lane;
    private Publication? _unanswered;
    private Task<PublishResult>? _pending;
    private Node? _node;
    private int _closings;

    /// <summary>Whether it waits for nothing and owes nothing.</summary>
    public bool IsIdle => _pending is null && _unanswered is null && (only is null || _lane?.Acknowledged == 1);

    public void Act(bool mayBegin)
    {
        if (_pending is { } pending)
        {
            if (!_node!.IsUp)
            {
                GiveUp();
            }
            else if (pending.IsCompleted)
            {
                Take(pending);
            }
        }
        else if ((mayBegin || !IsIdle) && world.Servers.Any() is { } node)
        {
            Send(node);
        }
    }

    private void Send(Node node)
    {
        _node = node;
        if (_unanswered is null)
        {
            if (_lane is null || (only is null && world.Dice.Next(8) == 0))
            {
                _lane = world.Ledger.Open(only ?? world.Channels[world.Dice.Next(world.Channels.Count)]);
            }

            var text = Encoding.ASCII.GetBytes(_lane.Next());
            _unanswered = new Publication(text)
            {
                IdempotencyKey = hasKeys ? text : null,
                Retention = Retentions[world.Dice.Next(Retentions.Length)],
            };
        }

        world.Note($"publishes {Encoding.ASCII.GetString(_unanswered.Value.Payload)} to {_lane!.Channel}");
        _closings = world.Closings;
        _pending = node.Hub.Broker.Publish(Encoding.ASCII.GetBytes(_lane.Channel), _unanswered.Value).AsTask();
        if (_pending.IsCompleted)
        {
            Take(_pending);
        }
    }

    private void Take(Task<PublishResult> answer)
    {
        var text = Encoding.ASCII.GetString(_unanswered!.Value.Payload);
        if (answer.IsFaulted)
        {
            world.Note($"{text} failed: {answer.Exception.InnerException!.Message}");
            if (answer.Exception.InnerException is not BrokerException)
            {
                world.Wrong(answer.Exception.InnerException.ToString());
            }

            GiveUp();
            return;
        }

        _pending = null;
        if (answer.Result.Status == PublishStatus.Published)
        {
            world.Note($"{text} is at {answer.Result.Position}");
            _lane!.Acknowledge();
            if (_closings == world.Closings)
            {
                world.Servers.Acknowledged(_lane.Channel, answer.Result);
            }

            _unanswered = null;
            return;
        }

        world.Note($"{text}: {answer.Result.Status}");
        GiveUp();
    }

    private void GiveUp()
    {
        _pending = null;
        if (!hasKeys)
        {
            (_unanswered, _lane) = (null, null);
        }
    }
}
