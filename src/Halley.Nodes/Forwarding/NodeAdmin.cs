using Halley.Protocol;
using Halley.Protocol.Http;

namespace Halley.Nodes.Forwarding;

/// <summary>
/// Stands before the handler of publishers: what concerns a channel goes to the node that has it, what concerns all goes to all. Who may not come is refused here
/// already; a node trusts the others in that.
/// </summary>
internal sealed class NodeAdmin(Cluster cluster, IRequestHandler admin) : IRequestHandler, IRequestTaker
{
    private readonly NodesPage _page = new(cluster);

    /// <inheritdoc/>
    public bool TakesBodyFrom(in RequestHead head, IExchange exchange) => admin.TakesBodyFrom(head, exchange);

    /// <inheritdoc/>
    public void Handle(in HttpRequest request, IExchange exchange)
    {
        if (admin.TakesBodyFrom(request.Head, exchange))
        {
            Route(request, exchange, forwarded: null);
        }
        else
        {
            admin.Handle(request, exchange);
        }
    }

    /// <summary>Lets a request be carried out where it belongs.</summary>
    /// <param name="forwarded">Where it was tried before: that try.</param>
    public void Route(in HttpRequest request, IExchange exchange, ForwardedRequest? forwarded)
    {
        var view = cluster.View;
        switch (ReachOf.Request(request, out var channel))
        {
            case Reach.Channel when view.IsOwn(channel) && !cluster.IsInDoubt:
            case Reach.Here:
                admin.Handle(request, forwarded?.Admitted() ?? exchange);
                break;
            case Reach.Nodes:
                _page.Handle(request, exchange, this);
                break;
            case var reach when cluster.Stage is NodeStage.Waiting or NodeStage.Joining || view.Serving.Count == 0:
                PutOff(exchange, forwarded, reach);
                break;
            case Reach.Channel when view.IsOwn(channel):
                PutOff(exchange, forwarded, Reach.Channel);
                break;
            case Reach.Channel:
                forwarded ??= new ForwardedRequest(cluster, this, exchange, request, isForNode: false);
                cluster.Ask(view.OwnerOf(channel)!, forwarded, exchange.Dispatcher);
                break;
            default:
                Gather(request, exchange, view);
                break;
        }
    }

    /// <inheritdoc/>
    public bool TryTake(in HttpRequest request, bool isForNode, IExchange exchange)
    {
        var reach = ReachOf.Request(request, out var channel);
        if (!isForNode && (reach != Reach.Channel || !cluster.View.IsOwn(channel) || cluster.IsInDoubt))
        {
            return false;
        }

        if (reach == Reach.Nodes)
        {
            _page.Handle(request, exchange, this);
        }
        else
        {
            admin.Handle(request, exchange);
        }

        return true;
    }

    private void PutOff(IExchange exchange, ForwardedRequest? forwarded, Reach reach)
    {
        if (reach == Reach.Channel && forwarded is not null)
        {
            forwarded.Failed(Trouble.NoLink, cluster.Own);
        }
        else if (!cluster.TryPostpone(exchange))
        {
            Troubles.TellNotServing(exchange, cluster.WaitsFor());
        }
    }

    private void Gather(in HttpRequest request, IExchange exchange, NodeView view)
    {
        var gathering = new Gathering(exchange, request.Path.SequenceEqual("/info"u8), view.Serving);
        foreach (var node in view.Serving)
        {
            if (node == view.Own)
            {
                admin.Handle(request, gathering.OwnPart());
            }
            else
            {
                cluster.Ask(node, gathering.PartOf(node, request, cluster.NewDeadline()), exchange.Dispatcher);
            }
        }
    }
}
