using System.Diagnostics;
using System.Text;
using Halley.Channels;
using Halley.Testing.Doubles;
using Halley.Tracing;

namespace Halley.Core.Tests;

/// <summary>What an ActivityListener hears of a message, and what a message carries of its publisher's trace.</summary>
public sealed class TracingTests : IDisposable
{
    private const string Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    private readonly Hub _hub = new(new HubOptions(), new ManualTime());
    private readonly ManualDispatcher _dispatcher = new();
    private readonly List<Activity> _ended = [];

    public void Dispose() => _hub.Dispose();

    [Fact]
    public async Task A_publish_and_each_audience_that_is_told_have_an_activity_in_the_publishers_trace()
    {
        var other = new ManualDispatcher();
        Join(_dispatcher);
        Join(_dispatcher);
        Join(other);
        using var own = new Activity("own").Start();
        using var listener = Listen(own.TraceId);

        await PublishAsync(TraceContext.Of(own));
        Assert.Same(own, Activity.Current);
        _dispatcher.RunAll(slice: 1);
        Assert.Same(own, Activity.Current);
        other.RunAll();

        var publish = _ended[0];
        Assert.Equal(
            ("publish", ActivityKind.Producer, own.SpanId),
            (publish.OperationName, publish.Kind, publish.ParentSpanId));
        Assert.Equal(
            [
                ("deliver", ActivityKind.Consumer, publish.SpanId, 2),
                ("deliver", ActivityKind.Consumer, publish.SpanId, 1),
            ],
            _ended.Skip(1).Select(one => (
                one.OperationName, one.Kind, one.ParentSpanId, (int)one.GetTagItem("halley.subscription.count")!)));
        Assert.All(_ended, one => Assert.Equal(
            ("halley", "news", 1L),
            ((string)one.GetTagItem("messaging.system")!,
                (string)one.GetTagItem("messaging.destination.name")!,
                (long)one.GetTagItem("halley.message.offset")!)));
        Assert.All(_ended, one => Assert.Equal(own.TraceId, one.TraceId));
    }

    [Fact]
    public async Task Where_nobody_listens_a_message_carries_its_publishers_trace_and_nothing_where_there_is_none()
    {
        var trace = TraceContext.Read(Encoding.ASCII.GetBytes(Parent), "a=1"u8);
        await PublishAsync(trace);
        await PublishAsync(null);
        var kept = _hub.Find("news"u8)!.Read(Replay.From(1));
        Assert.Equal(Parent + "\na=1", Encoding.ASCII.GetString(kept[0].Labels!.Trace!));
        Assert.Null(kept[1].Labels);
    }

    [Fact]
    public async Task What_a_publisher_does_not_want_recorded_is_not()
    {
        var parent = Parent[..^1] + "0";
        Join(_dispatcher);
        using var listener = Listen(
            ActivityTraceId.CreateFromString(Parent.AsSpan(3, 32)),
            static flags => (flags & ActivityTraceFlags.Recorded) != 0);
        await PublishAsync(TraceContext.Read(Encoding.ASCII.GetBytes(parent), default));
        _dispatcher.RunAll();
        Assert.Empty(_ended);
        Assert.Equal(
            parent, Encoding.ASCII.GetString(_hub.Find("news"u8)!.Read(Replay.From(1))[0].Labels!.Trace!));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more")]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333\u00e4-01")]
    public void What_is_no_context_is_ignored(string parent) =>
        Assert.Null(TraceContext.Read(Encoding.Latin1.GetBytes(parent), default));

    [Theory]
    [InlineData("a=1,b=2", "\na=1,b=2")]
    [InlineData("", "")]
    [InlineData("a=\u00e4", "")]
    public void A_state_is_kept_as_it_is_where_it_is_one(string state, string kept) => Assert.Equal(
        Parent + kept,
        Encoding.ASCII.GetString(
            TraceContext.Read(Encoding.ASCII.GetBytes(Parent), Encoding.Latin1.GetBytes(state))!));

    [Fact]
    public void A_state_that_is_too_long_is_left_out() => Assert.Equal(
        Parent,
        Encoding.ASCII.GetString(TraceContext.Read(
            Encoding.ASCII.GetBytes(Parent), Encoding.ASCII.GetBytes("a=" + new string('x', 511)))!));

    private async Task PublishAsync(byte[]? trace) => await MessageTracing.Publish(
        _hub.Broker, "news"u8, new Publication([1]) { Labels = MessageLabels.WithTrace(null, trace) });

    private void Join(ManualDispatcher dispatcher) => _hub.Attach(
        "news"u8, new RecordingSubscriber(), new AttachOptions(), new RequestAtOnce(dispatcher));

    // Of one trace alone: other tests publish meanwhile.
    private ActivityListener Listen(ActivityTraceId trace, Func<ActivityTraceFlags, bool>? isWanted = null)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == MessageTracing.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
                options.TraceId == trace && (isWanted is null || isWanted(options.Parent.TraceFlags))
                    ? ActivitySamplingResult.AllDataAndRecorded
                    : ActivitySamplingResult.None,
            ActivityStopped = _ended.Add,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
