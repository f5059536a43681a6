using System.Text;
using Halley.Broker;
using Halley.Channels;
using Halley.Following;
using Halley.Protocol;
using Halley.Protocol.Links;
using Halley.Workers.Frames;

namespace Halley.Workers;

/// <summary>A worker's broker: the main process sequences and keeps, over a link; channels here are copies.</summary>
internal sealed class LinkBroker(MainLink main, FollowedChannels followed, Hub hub) : IBroker
{
    private bool _followsPresence;

    /// <inheritdoc/>
    public ValueTask<PublishResult> Publish(ReadOnlySpan<byte> channel, in Publication publication)
    {
        var (name, what) = (channel.ToArray(), publication);
        return hub.HoldBack(
            channel,
            main.Ask(
                CallKind.Publish,
                output =>
                {
                    output.WriteBytes(name);
                    output.WritePublication(what);
                },
                BrokerFields.ReadResult));
    }

    /// <inheritdoc/>
    public ValueTask<long> PublishToAll(byte[] payload, IDispatcher dispatcher) =>
        main.Ask(CallKind.PublishToAll, output => output.WriteBytes(payload), static (ref reader) => reader.ReadLong());

    /// <inheritdoc/>
    public ValueTask<FollowResult> Follow(ReadOnlySpan<byte> channel, in AttachOptions options) =>
        followed.Follow(channel, options);

    /// <inheritdoc/>
    public ValueTask<bool> Create(ReadOnlySpan<byte> channel, TimeSpan idleTimeout)
    {
        var name = channel.ToArray();
        return main.Ask(
            CallKind.Create,
            output =>
            {
                output.WriteBytes(name);
                output.WriteLong(idleTimeout.Ticks);
            },
            static (ref reader) => reader.ReadBool());
    }

    /// <inheritdoc/>
    public ValueTask<Reservation?> Reserve(ReadOnlySpan<byte> channel, TimeSpan keepFor, int newest)
    {
        var name = channel.ToArray();
        return main.Ask(
            CallKind.Reserve,
            output =>
            {
                output.WriteBytes(name);
                output.WriteLong(keepFor.Ticks);
                output.WriteInt(newest);
            },
            BrokerFields.ReadReservation);
    }

    /// <inheritdoc/>
    public ValueTask<ChannelState?> Close(ReadOnlySpan<byte> channel, byte[]? farewell = null)
    {
        var name = channel.ToArray();
        return main.Ask(
            CallKind.Close,
            output =>
            {
                output.WriteBytes(name);
                output.WriteOptional(farewell);
            },
            BrokerFields.ReadState);
    }

    /// <inheritdoc/>
    public ValueTask<StreamPosition?> Clear(ReadOnlySpan<byte> channel)
    {
        var name = channel.ToArray();
        return main.Ask(CallKind.Clear, output => output.WriteBytes(name), BrokerFields.ReadPlace);
    }

    /// <inheritdoc/>
    public ValueTask<ChannelState?> Info(ReadOnlySpan<byte> channel)
    {
        var name = channel.ToArray();
        return main.Ask(CallKind.Info, output => output.WriteBytes(name), BrokerFields.ReadState);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<NamedState>> List(ReadOnlySpan<byte> prefix)
    {
        var beginning = prefix.ToArray();
        return main.Ask(CallKind.List, output => output.WriteBytes(beginning), BrokerFields.ReadStates);
    }

    /// <inheritdoc/>
    public ValueTask<Counts> Count() => main.Ask(CallKind.Count, static _ => { }, BrokerFields.ReadCounts);

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<byte[]>> Survey(string question, byte[] argument) =>
        main.Ask(CallKind.Survey, output => Write(output, question, argument), BrokerFields.ReadAnswers);

    /// <inheritdoc/>
    public ValueTask<SurveyResult> SurveyAll(string question, byte[] argument) =>
        main.Ask(CallKind.SurveyAll, output => Write(output, question, argument), BrokerFields.ReadSurvey);

    /// <inheritdoc/>
    public ValueTask<bool> Bequeath(byte[] key, byte[]? what) => main.Ask(
        CallKind.Bequeath,
        output =>
        {
            output.WriteBytes(key);
            output.WriteOptional(what);
        },
        static (ref reader) => reader.ReadBool());

    /// <inheritdoc/>
    public AttachResult FollowPresence(Subscription follower, IDispatcher dispatcher)
    {
        // Asked for once: the main process reports until the link ends.
        if (!Interlocked.Exchange(ref _followsPresence, true))
        {
            main.FollowPresence();
        }

        return hub.Presence.Attach(follower, dispatcher);
    }

    private static void Write(ByteBuffer output, string question, byte[] argument)
    {
        output.WriteBytes(Encoding.UTF8.GetBytes(question));
        output.WriteBytes(argument);
    }
}
