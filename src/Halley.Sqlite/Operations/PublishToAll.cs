using Halley.Broker;
using Halley.Following;

namespace Halley.Sqlite.Operations;

/// <summary>Publishes to every channel that there was when it began, and still is.</summary>
internal sealed class PublishToAll(Tellers tellers, Action<Operation> post, byte[] payload)
    : InSlices<long>(post, [])
{
    private readonly List<(StoredChannel Channel, CopiedMessage Copy)> _published = [];
    private long _reached;

    public override bool Writes => true;

    protected override void RunSlice(Storage storage)
    {
        _published.Clear();
        var publication = new Publication(payload) { Traits = MessageTraits.Broadcast };
        foreach (var name in Names)
        {
            if (storage.Find(name) is { } channel
                && storage.Publish(channel, publication, out var copy).Status == PublishStatus.Published)
            {
                _published.Add((channel, copy!.Value));
            }
        }
    }

    protected override void CompleteSlice()
    {
        foreach (var (channel, copy) in _published)
        {
            tellers.Published(channel, copy);
        }

        _reached += _published.Count;
    }

    public override void Fail(BrokerException why) => base.Fail(
        _reached == 0 ? why : new BrokerException(why.Message, mayHaveBeenDone: true, why.InnerException));

    protected override long End() => _reached;
}
