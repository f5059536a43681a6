using Halley.Broker;
using Halley.Channels;
using Halley.Following;

namespace Halley.Protocol.Tests.Api;

/// <summary>A broker that publishes at once, and answers when the test says so.</summary>
internal sealed class DistantBroker(IBroker here) : IBroker
{
    private readonly Queue<TaskCompletionSource> _open = [];

    /// <summary>Whether channels can no longer be followed.</summary>
    public bool IsGone { get; set; }

    /// <summary>The answer to every publication, at once and with nothing published. Default: none.</summary>
    public PublishStatus? Says { get; init; }

    /// <summary>Answers the oldest publication.</summary>
    public void Answer() => _open.Dequeue().SetResult();

    public ValueTask<PublishResult> Publish(ReadOnlySpan<byte> channel, in Publication publication) =>
        Says is { } status ? ValueTask.FromResult(new PublishResult(status, default))
            : Answered(here.Publish(channel, publication));

    public ValueTask<FollowResult> Follow(ReadOnlySpan<byte> channel, in AttachOptions options) =>
        IsGone ? throw new BrokerException("It is gone.", mayHaveBeenDone: false) : here.Follow(channel, options);

    public ValueTask<long> PublishToAll(byte[] payload, IDispatcher dispatcher) =>
        here.PublishToAll(payload, dispatcher);

    public ValueTask<bool> Create(ReadOnlySpan<byte> channel, TimeSpan idleTimeout) =>
        here.Create(channel, idleTimeout);

    public ValueTask<Reservation?> Reserve(ReadOnlySpan<byte> channel, TimeSpan keepFor, int newest) =>
        here.Reserve(channel, keepFor, newest);

    public ValueTask<ChannelState?> Close(ReadOnlySpan<byte> channel, byte[]? farewell = null) =>
        here.Close(channel, farewell);

    public ValueTask<StreamPosition?> Clear(ReadOnlySpan<byte> channel) => here.Clear(channel);

    public ValueTask<ChannelState?> Info(ReadOnlySpan<byte> channel) => here.Info(channel);

    public ValueTask<IReadOnlyList<NamedState>> List(ReadOnlySpan<byte> prefix) => here.List(prefix);

    public ValueTask<Counts> Count() => here.Count();

    public ValueTask<IReadOnlyList<byte[]>> Survey(string question, byte[] argument) =>
        here.Survey(question, argument);

    public AttachResult FollowPresence(Subscription follower, IDispatcher dispatcher) =>
        here.FollowPresence(follower, dispatcher);

    private async ValueTask<PublishResult> Answered(ValueTask<PublishResult> done)
    {
        var open = new TaskCompletionSource();
        _open.Enqueue(open);
        await open.Task.ConfigureAwait(false);
        return await done.ConfigureAwait(false);
    }
}
