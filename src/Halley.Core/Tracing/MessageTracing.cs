using System.Diagnostics;
using System.Text;
using Halley.Broker;
using Halley.Channels;

namespace Halley.Tracing;

/// <summary>
/// The activities of messages: one where a message is published, and one for each audience that it is told, which has
/// the first as its parent. Where nobody listens to the source, there is none, and a message is looked at no closer.
/// Any thread.
/// </summary>
public static class MessageTracing
{
    /// <summary>The name of the <see cref="ActivitySource"/>.</summary>
    public const string SourceName = "Halley";

    private static readonly ActivitySource Source = new(SourceName);

    /// <summary>
    /// Publishes, with an activity where somebody listens: the message carries the context of that, rather than its
    /// publisher's.
    /// </summary>
    public static ValueTask<PublishResult> Publish(
        IBroker broker, ReadOnlySpan<byte> channel, in Publication publication) =>
        Source.HasListeners() && Begin(channel, publication) is { } activity
            ? PublishTraced(activity, broker, channel, publication)
            : broker.Publish(channel, publication);

    /// <summary>Notes that an audience begins to be told a message.</summary>
    /// <returns>Null where nobody listens, or the message carries no trace.</returns>
    internal static Delivery? BeginDelivery(Message? message) =>
        Source.HasListeners() && message?.Labels?.Trace is { } trace ? new Delivery(trace) : null;

    private static Activity? Begin(ReadOnlySpan<byte> channel, in Publication publication)
    {
        // It may end on another thread, and is nobody's current one here.
        var current = Activity.Current;
        var activity = Source.StartActivity(
            "publish", ActivityKind.Producer, TraceContext.Parse(publication.Labels?.Trace));
        Activity.Current = current;
        if (activity is not null)
        {
            Describe(activity, channel, "publish", "send");
        }

        return activity;
    }

    private static ValueTask<PublishResult> PublishTraced(
        Activity activity, IBroker broker, ReadOnlySpan<byte> channel, in Publication publication)
    {
        try
        {
            var labels = MessageLabels.WithTrace(publication.Labels, TraceContext.Of(activity));
            return End(activity, broker.Publish(channel, publication with { Labels = labels }));
        }
        catch (BrokerException)
        {
            activity.SetStatus(ActivityStatusCode.Error).Dispose();
            throw;
        }
    }

    private static async ValueTask<PublishResult> End(Activity activity, ValueTask<PublishResult> publishing)
    {
        using (activity)
        {
            try
            {
                var result = await publishing.ConfigureAwait(false);
                _ = result.Status == PublishStatus.Published
                    ? activity.SetTag("halley.message.offset", result.Position.Offset)
                    : activity.SetStatus(ActivityStatusCode.Error, result.Status.ToString());
                return result;
            }
            catch (BrokerException)
            {
                activity.SetStatus(ActivityStatusCode.Error);
                throw;
            }
        }
    }

    private static void Describe(Activity activity, ReadOnlySpan<byte> channel, string operation, string type)
    {
        activity.SetTag("messaging.system", "halley");
        activity.SetTag("messaging.destination.name", Encoding.UTF8.GetString(channel));
        activity.SetTag("messaging.operation.name", operation);
        activity.SetTag("messaging.operation.type", type);
    }

    /// <summary>
    /// A message's way to an audience. The activity is made at its end, so that none is current while other work has
    /// its turn.
    /// </summary>
    internal sealed class Delivery(byte[] trace)
    {
        private readonly DateTimeOffset _began = TimeProvider.System.GetUtcNow();

        /// <summary>The number of subscriptions that were told.</summary>
        public int Told { get; set; }

        public void End(Channel channel, Message message)
        {
            var parent = TraceContext.Parse(trace);
            using var activity = Source.StartActivity("deliver", ActivityKind.Consumer, parent, startTime: _began);
            if (activity is not null)
            {
                Describe(activity, channel.Name, "deliver", "process");
                activity.SetTag("halley.message.offset", message.Offset);
                activity.SetTag("halley.subscription.count", Told);
            }
        }
    }
}
