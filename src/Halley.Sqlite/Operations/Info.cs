using Halley.Channels;

namespace Halley.Sqlite.Operations;

/// <summary>Reads a channel's state.</summary>
internal sealed class Info(Tellers tellers, byte[] name) : Operation<ChannelState?>(isBrief: true)
{
    public override void Run(Storage storage) => Result = storage.Peek(name) is { } channel
        ? tellers.StateOf(channel, storage.Count(channel), storage.Now)
        : null;
}
