using Halley.Broker;

namespace Halley.Sqlite.Operations;

/// <summary>Ends that a copy follows its channel.</summary>
/// <param name="linger">The seconds for which nobody has listened.</param>
internal sealed class Unfollow(Tellers tellers, uint id, long linger) : Operation
{
    public override void Run(Storage storage)
    {
        if (tellers.Find(id) is { } channel)
        {
            storage.Leave(channel, channel.Left, linger);
        }
    }

    public override void Complete() => tellers.Leaves(id);

    public override void Fail(BrokerException why) => tellers.Leaves(id);
}
