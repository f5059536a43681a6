using Halley.Broker;

namespace Halley.Sqlite.Operations;

/// <summary>Tells a copy how far its channel has got.</summary>
internal sealed class AskPosition(Tellers tellers, uint id) : Operation
{
    private long _next;

    public override void Run(Storage storage) => _next = tellers.Find(id)?.Fields.Next ?? 0;

    public override void Complete() => tellers.Followed.AnswerPosition(id, _next);

    public override void Fail(BrokerException why) => tellers.Followed.Fail(id, why);
}
