using Halley.Protocol;
using Halley.Protocol.Http;

namespace Halley.Nodes.Forwarding;

/// <summary>
/// One publisher's request on its way to the node that carries it out. Where nothing was done yet, as while channels change hands, it is tried again until it has
/// waited long enough.
/// </summary>
internal sealed class ForwardedRequest : Question, IWork
{
    private readonly Cluster _cluster;
    private readonly NodeAdmin _admin;
    private readonly IExchange _exchange;
    private ResponseHead? _head;
    private byte[] _answer = [];
    private Trouble? _trouble;
    private string _node = "";

    public ForwardedRequest(Cluster cluster, NodeAdmin admin, IExchange exchange, in HttpRequest request, bool isForNode)
        : base(request.Method, request.Target.ToArray(), request.Body.ToArray(), isForNode)
    {
        _cluster = cluster;
        _admin = admin;
        _exchange = exchange;
        Deadline = cluster.NewDeadline();
    }

    /// <summary>Its exchange, where this node carries it out after all: it was let in when it came, by fields that are not kept.</summary>
    public IExchange Admitted() => new AdmittedExchange(_exchange);

    /// <inheritdoc/>
    public override void Answered(ResponseHead head, ReadOnlySpan<byte> body, IDispatcher here)
    {
        if (here == _exchange.Dispatcher)
        {
            _exchange.Reply(head, body);
            return;
        }

        (_head, _answer) = (head, body.ToArray());
        _exchange.Dispatcher.Post(this);
    }

    /// <inheritdoc/>
    public override void Failed(Trouble trouble, NodeEntry node)
    {
        if (!IsForNode && trouble is (Trouble.NoLink or Trouble.Misdirected) && _cluster.Now < Deadline && _cluster.TryAgainLater(this, _exchange.Dispatcher))
        {
            return;
        }

        (_trouble, _node) = (trouble, node.Name);
        _exchange.Dispatcher.Post(this);
    }

    /// <inheritdoc/>
    public bool Run(ref int budget)
    {
        budget--;
        if (_head is not null)
        {
            _exchange.Reply(_head, _answer);
        }
        else if (_trouble is { } trouble)
        {
            Troubles.Tell(_exchange, trouble, _node);
        }
        else if (RequestParser.TryParse(Method, Target, out var head))
        {
            var path = UrlEncoding.IsEncoded(head.Path, plusIsSpace: false) ? UrlEncoding.Decode(head.Path, plusIsSpace: false) : head.Path;
            _admin.Route(new HttpRequest(head, path, Body), _exchange, this);
        }

        return true;
    }

    private sealed class AdmittedExchange(IExchange exchange) : AnswerOnlyExchange(exchange.Dispatcher)
    {
        protected override void Answer(ResponseHead head, ReadOnlySpan<byte> body) => exchange.Reply(head, body);
    }
}
