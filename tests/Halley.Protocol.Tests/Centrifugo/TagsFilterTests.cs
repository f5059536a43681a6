using System.Text;
using Halley.Protocol.Dialects.Centrifugo;
using Halley.Protocol.Dialects.Centrifugo.Filters;
using Halley.Protocol.Dialects.Centrifugo.Wire;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.Centrifugo;

/// <summary>Which messages a subscriber wants, by their tags.</summary>
public sealed class TagsFilterTests : IDisposable
{
    private readonly CentrifugoServer _server = new();

    public void Dispose() => _server.Dispose();

    [Theory]
    [InlineData("""{"key":"ticker","cmp":"eq","val":"AAPL"}""", true)]
    [InlineData("""{"key":"ticker","cmp":"eq","val":"aapl"}""", false)]
    [InlineData("""{"key":"none","cmp":"eq","val":"x"}""", false)]
    [InlineData("""{"key":"none","cmp":"neq","val":"x"}""", true)]
    [InlineData("""{"key":"ticker","cmp":"in","vals":["MSFT","AAPL"]}""", true)]
    [InlineData("""{"key":"none","cmp":"in","vals":["MSFT"]}""", false)]
    [InlineData("""{"key":"none","cmp":"nin","vals":["MSFT"]}""", true)]
    [InlineData("""{"key":"ticker","cmp":"nin","vals":["AAPL"]}""", false)]
    [InlineData("""{"key":"price","cmp":"ex"}""", true)]
    [InlineData("""{"key":"price","cmp":"nex"}""", false)]
    [InlineData("""{"key":"ticker","cmp":"sw","val":"AA"}""", true)]
    [InlineData("""{"key":"ticker","cmp":"ew","val":"AA"}""", false)]
    [InlineData("""{"key":"ticker","cmp":"ct","val":"AP"}""", true)]
    [InlineData("""{"key":"price","cmp":"gt","val":"99.5"}""", true)]
    [InlineData("""{"key":"price","cmp":"gt","val":"150.25"}""", false)]
    [InlineData("""{"key":"price","cmp":"gte","val":"150.250"}""", true)]
    [InlineData("""{"key":"price","cmp":"lt","val":"1000"}""", true)]
    [InlineData("""{"key":"ticker","cmp":"lte","val":"1000"}""", false)]
    [InlineData("""{"key":"none","cmp":"lte","val":"1000"}""", false)]
    [InlineData("""{"op":"not","nodes":[{"key":"price","cmp":"ex"}]}""", false)]
    [InlineData("""{"op":"and","nodes":[{"key":"price","cmp":"ex"},{"key":"none","cmp":"ex"}]}""", false)]
    [InlineData("""{"op":"or","nodes":[{"key":"none","cmp":"ex"},{"key":"price","cmp":"ex"}]}""", true)]
    public void Conditions(string filter, bool matches)
    {
        var node = Read(filter);
        Assert.True(TagsFilter.IsOne(node));
        Assert.Equal(matches, TagsFilter.Matches(node, [new("ticker", "AAPL"), new("price", "150.25")]));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"key":"a","cmp":"eq"}""")]
    [InlineData("""{"key":"a","cmp":"eq","val":"1","vals":["1"]}""")]
    [InlineData("""{"cmp":"eq","val":"1"}""")]
    [InlineData("""{"key":"a","cmp":"in"}""")]
    [InlineData("""{"key":"a","cmp":"ex","val":"1"}""")]
    [InlineData("""{"key":"a","cmp":"like","val":"1"}""")]
    [InlineData("""{"op":"and"}""")]
    [InlineData("""{"op":"not","nodes":[{"key":"a","cmp":"ex"},{"key":"a","cmp":"ex"}]}""")]
    [InlineData("""{"op":"xor","nodes":[{"key":"a","cmp":"ex"}]}""")]
    [InlineData("""{"op":"and","nodes":[{"op":"or"}]}""")]
    public void What_is_no_filter_is_a_bad_request(string filter)
    {
        Assert.False(TagsFilter.IsOne(Read(filter)));
        var client = _server.Connect();
        Assert.Contains("\"code\":107", client.Ask(Subscribe(filter)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_filter_has_a_limit()
    {
        var values = Enumerable.Repeat("x", TagsFilter.MostParts);
        Assert.False(TagsFilter.IsOne(new FilterNode { Key = "a", Comparison = "in", Values = [.. values] }));
        Assert.True(TagsFilter.IsOne(new FilterNode { Key = "a", Comparison = "in", Values = [.. values.Skip(1)] }));
    }

    [Fact]
    public void A_subscriber_hears_what_it_wants_and_is_given_that_alone_when_it_comes_back()
    {
        var client = _server.Connect();
        client.Ask(Subscribe("""{"key":"lang","cmp":"eq","val":"en"}"""));
        var all = _server.Connect();
        all.Ask("""{"id":2,"subscribe":{"channel":"news"}}""");
        Publish("1", "en");
        Publish("2", "de");
        Publish("3", "en");
        _server.Publish("news", "4");
        Assert.Equal(["1", "3"], DataOf(client.Heard()));
        Assert.Equal(["1", "2", "3", "4"], DataOf(all.Heard()));

        var returned = _server.Connect();
        var answer = returned.Ask(
            Subscribe("""{"key":"lang","cmp":"eq","val":"de"},"recover":true,"recoverable":true"""));
        Assert.Equal(["2"], DataOf(answer));
        Assert.Contains("\"recovered\":true", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_wants_the_same_has_the_same_filter()
    {
        var filters = new TagsFilters();
        const string Filter = """{"key":"a","cmp":"ex"}""";
        var one = filters.Get(Read(Filter));
        Assert.Same(one, filters.Get(Read(Filter)));
        Assert.NotSame(one, filters.Get(Read("""{"key":"b","cmp":"ex"}""")));
    }

    [Fact]
    public void An_operator_may_forbid_filters()
    {
        _server.Options.AllowsTagsFilter = false;
        Assert.Contains(
            "\"code\":107",
            _server.Connect().Ask(Subscribe("""{"key":"a","cmp":"ex"}""")),
            StringComparison.Ordinal);
    }

    private static string Subscribe(string filter) =>
        $$$"""{"id":2,"subscribe":{"channel":"news","tf":{{{filter}}}}}""";

    private static IEnumerable<string> DataOf(string frames) =>
        frames.Split("\"data\":").Skip(1).Select(rest => rest[..1]);

    private void Publish(string payload, string language)
    {
        var said = new WirePublication { Tags = [new("lang", language)] };
        var publication = new Publication(payload.Utf8())
        {
            Labels = new MessageLabels(null, null, null, PublicationDetails.Write(said)),
        };
        Assert.Equal(PublishStatus.Published, _server.Broker.Publish("news"u8, publication).Now().Status);
        _server.Dispatcher.RunAll();
    }

    private static FilterNode Read(string json)
    {
        ReadOnlySpan<byte> frame = Encoding.UTF8.GetBytes(json);
        Assert.Equal(WireFault.None, JsonCodec.Instance.Read<FilterNode>(ref frame, out var node));
        return node!;
    }
}
