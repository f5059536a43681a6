using Halley.Broker;
using Halley.Following;

namespace Halley.Sqlite.Operations;

/// <summary>Publishes to one channel, which is created where there is none.</summary>
internal sealed class Publish(Tellers tellers, byte[] name, Publication publication)
    : Operation<PublishResult>(isBrief: true)
{
    // A message's share of what waits beside its payload.
    private const int Overhead = 512;

    private StoredChannel? _channel;
    private CopiedMessage? _copy;
    private bool _wasCreated;

    public override bool Writes => true;

    public override int Bytes => publication.Payload.Length + Overhead;

    public override void Run(Storage storage)
    {
        storage.Unit.BeginIfDirect();
        _copy = null;
        _channel = storage.FindOrCreate(name, usual: null, out _wasCreated);
        if (_channel is null)
        {
            Result = new PublishResult(PublishStatus.TooManyChannels, default);
            return;
        }

        Result = storage.Publish(_channel, publication, out _copy);
    }

    public override void Complete()
    {
        if (_wasCreated)
        {
            tellers.Created(_channel!.Name);
        }

        if (_copy is { } copy)
        {
            tellers.Published(_channel!, copy);
        }

        base.Complete();
    }
}
