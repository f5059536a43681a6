using System.Net;
using System.Text;
using Halley.Access;
using Halley.Protocol.Access;
using Halley.Protocol.Http;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.Access;

/// <summary>How often somebody may ask.</summary>
public sealed class RateTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void There_is_as_much_a_second_as_was_set_and_ten_times_that_at_once()
    {
        var buckets = new TokenBuckets<string>(perSecond: 5, most: 10, _time);
        Assert.Equal(50, Enumerable.Range(0, 60).Count(_ => buckets.TryTake("a")));
        Assert.True(buckets.TryTake("b"));
        Assert.Equal(10, buckets.Refused);
        _time.AdvanceSeconds(1);
        Assert.Equal(5, Enumerable.Range(0, 60).Count(_ => buckets.TryTake("a")));
        _time.AdvanceSeconds(1000);
        Assert.Equal(50, Enumerable.Range(0, 60).Count(_ => buckets.TryTake("a")));
    }

    [Fact]
    public void Those_beyond_what_is_told_apart_share_an_allowance_until_others_rest()
    {
        var buckets = new TokenBuckets<int>(perSecond: 1, most: 3, _time);
        for (var key = 0; key < 3; key++)
        {
            Assert.True(buckets.TryTake(key));
        }

        Assert.Equal(10, Enumerable.Range(100, 50).Count(key => buckets.TryTake(key)));
        _time.AdvanceSeconds(10);
        Assert.Equal(10, Enumerable.Range(0, 50).Count(_ => buckets.TryTake(7)));
    }

    [Theory]
    [InlineData("192.0.2.1", "", true)]
    [InlineData("2001:db8::1", "", true)]
    [InlineData("::ffff:192.0.2.1", "", true)]
    [InlineData("127.0.0.1", "", false)]
    [InlineData("::1", "", false)]
    [InlineData("::ffff:127.0.0.1", "", false)]
    [InlineData("10.0.0.1", "X-Forwarded-For: 192.0.2.7\r\n", true)]
    [InlineData("10.0.0.1", "X-Forwarded-For: 127.0.0.1\r\n", false)]
    public void An_address_beyond_this_machine_is_told_to_come_again(string address, string fields, bool isCounted)
    {
        var allowance = new TokenBuckets<ClientBlock>(perSecond: 1, most: 10, _time);
        var guard = new RateGuard(new Reached(), allowance, sample: 1);
        var statuses = Enumerable.Range(0, 11).Select(_ => Ask(guard, address, fields)).ToList();
        Assert.All(statuses[..10], status => Assert.Equal("200 OK", status));
        Assert.Equal(isCounted ? "429 Too Many Requests" : "200 OK", statuses[10]);
        _time.AdvanceSeconds(1);
        Assert.Equal("200 OK", Ask(guard, address, fields));
    }

    [Fact]
    public void Many_that_come_anew_do_not_have_all_looked_through_each_time()
    {
        var time = new CountingTime();
        var buckets = new TokenBuckets<int>(perSecond: 1, most: 1000, time);
        for (var key = 0; key < 1000; key++)
        {
            buckets.TryTake(key);
        }

        time.Reads = 0;
        for (var key = 1000; key < 2000; key++)
        {
            buckets.TryTake(key);
        }

        Assert.InRange(time.Reads, 1000, 10_000);
    }

    [Fact]
    public void Who_asks_seldom_is_let_in_however_little_is_allowed()
    {
        var guard = new RateGuard(new Reached(), new TokenBuckets<ClientBlock>(perSecond: 1, most: 10, _time), 16);
        for (var i = 0; i < 100; i++)
        {
            Assert.Equal("200 OK", Ask(guard, "192.0.2.1", ""));
            _time.AdvanceSeconds(1);
        }
    }

    private static string Ask(RateGuard guard, string address, string fields)
    {
        var text = Encoding.ASCII.GetBytes($"GET /sse HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
        Assert.Null(RequestParser.Parse(text, out var head));
        var exchange = new RecordingExchange(new ManualDispatcher())
        {
            RemoteAddress = IPAddress.Parse(address),
            TrustedProxies = TrustedProxies.Of(["10.0.0.1"]),
        };
        guard.Handle(new HttpRequest(head, head.Path, default), exchange);
        return exchange.Status;
    }

    private sealed class Reached : IRequestHandler
    {
        public void Handle(in HttpRequest request, IExchange exchange) =>
            exchange.Reply(new ResponseHead("200 OK", []), default);
    }

    // Stands still, and counts how often spans of it are measured.
    private sealed class CountingTime : TimeProvider
    {
        public int Reads { get; set; }

        public override long TimestampFrequency
        {
            get
            {
                Reads++;
                return TimeSpan.TicksPerSecond;
            }
        }

        public override long GetTimestamp() => 0;
    }
}
