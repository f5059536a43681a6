using Halley.Protocol;
using Halley.Protocol.Http;

namespace Halley.Nodes.Forwarding;

/// <summary>What is asked of all nodes that serve, and their answers put together: counts are added, a broadcast is done when all have done it.</summary>
internal sealed class Gathering(IExchange exchange, bool isInfo, IReadOnlyList<NodeEntry> nodes) : IWork
{
    private readonly Lock _lock = new();
    private readonly List<string> _missing = [];
    private ResponseHead? _head;
    private int _left = nodes.Count;
    private long _channels;
    private long _subscribers;

    /// <summary>Where this node's own answer goes.</summary>
    public IExchange OwnPart() => new OwnAnswer(this, exchange.Dispatcher);

    /// <summary>What another node is asked.</summary>
    public Question PartOf(NodeEntry node, in HttpRequest request, TimeSpan deadline) => new Part(this, node, request) { Deadline = deadline };

    /// <summary>All have answered, or will not. On the exchange's dispatcher.</summary>
    public bool Run(ref int budget)
    {
        budget--;
        _missing.Sort(StringComparer.Ordinal);
        if (_head is null)
        {
            Troubles.TellMissing(exchange, "nothing was done", _missing);
        }
        else if (isInfo)
        {
            exchange.Reply(_head, ServerInfo.Write(_channels, _subscribers, _missing));
        }
        else if (_missing.Count > 0)
        {
            Troubles.TellMissing(exchange, "the message was sent to the channels of all other nodes", _missing);
        }
        else
        {
            exchange.Reply(_head, "ok\n"u8);
        }

        return true;
    }

    private void Count(NodeEntry? node, ResponseHead? head, ReadOnlySpan<byte> body)
    {
        long channels = 0, subscribers = 0;
        var isGood = head is not null && head.Status.Span.StartsWith("200"u8) && (!isInfo || TryReadInfo(body, out channels, out subscribers));
        lock (_lock)
        {
            if (isGood)
            {
                _head ??= head;
                _channels += channels;
                _subscribers += subscribers;
            }
            else
            {
                _missing.Add(node?.Name ?? "this one");
            }

            if (--_left > 0)
            {
                return;
            }
        }

        exchange.Dispatcher.Post(this);
    }

    private static bool TryReadInfo(ReadOnlySpan<byte> body, out long channels, out long subscribers)
    {
        subscribers = 0;
        return ServerInfo.TryReadNumber(body, "channels"u8, out channels) && ServerInfo.TryReadNumber(body, "subscribers"u8, out subscribers);
    }

    private sealed class Part(Gathering gathering, NodeEntry node, in HttpRequest request)
        : Question(request.Method, request.Target.ToArray(), request.Body.ToArray(), isForNode: true)
    {
        public override void Answered(ResponseHead head, ReadOnlySpan<byte> body, IDispatcher here) => gathering.Count(node, head, body);

        public override void Failed(Trouble trouble, NodeEntry to) => gathering.Count(node, head: null, default);
    }

    private sealed class OwnAnswer(Gathering gathering, IDispatcher dispatcher) : AnswerOnlyExchange(dispatcher)
    {
        protected override void Answer(ResponseHead head, ReadOnlySpan<byte> body) => gathering.Count(node: null, head, body);
    }
}
