using Halley.Broker;
using Halley.Channels;

namespace Halley.Sqlite.Operations;

/// <summary>Has a copy in this process follow a channel.</summary>
/// <param name="usual">The seconds that a new channel is kept after a use; null for the hub's own rule.</param>
internal sealed class Follow(Tellers tellers, uint id, byte[] name, bool mayCreate, long? usual) : Operation
{
    private StoredChannel? _channel;
    private StreamPosition _position;
    private List<StoredMessage> _kept = [];
    private Losses _losses;
    private long _oldest;
    private long _now;
    private bool _wasCreated;

    public override void Run(Storage storage)
    {
        _wasCreated = false;
        _channel = mayCreate ? storage.FindOrCreate(name, usual, out _wasCreated) : storage.Find(name);
        if (_channel is null)
        {
            return;
        }

        storage.Ask(_channel);
        _now = storage.Now;
        _kept = storage.Read(_channel, out _losses);
        (_position, _oldest) = (_channel.Position, _channel.Fields.Oldest);
        _channel.Left = Math.Max(0, _channel.Fields.ForgetAt - _now);
    }

    public override void Complete()
    {
        if (_channel is null)
        {
            tellers.Followed.Refuse(id, mayCreate ? AttachStatus.TooManyChannels : AttachStatus.NoSuchChannel);
            return;
        }

        tellers.Follows(_channel, id);
        tellers.Followed.Open(id, _position, _losses, _kept.Count);
        foreach (var message in _kept)
        {
            tellers.Followed.Append(id, message.ToCopy(isKept: true, _oldest, _now));
        }

        if (_wasCreated)
        {
            tellers.Created(name);
        }
    }

    public override void Fail(BrokerException why) => tellers.Followed.Fail(id, why);
}
