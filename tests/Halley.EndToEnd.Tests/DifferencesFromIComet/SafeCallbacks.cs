using System.Text.Json;

namespace Halley.EndToEnd.Tests.DifferencesFromIComet;

/// <summary>
/// A callback is a name and nothing else, and what calls it is sent as script. iComet echoes anything as a page.
/// </summary>
[Trait("differs", "icomet")]
public sealed class SafeCallbacks(OpenServer server) : ICometCase(server)
{
    public static TheoryData<string> Names =>
        ["cb", "icomet_cb_0", "jQuery.x[y]", "$", "a.b[0].c", new string('x', 128)];

    public static TheoryData<string> NoNames => [
        "<script>alert(1)</script>//", "a b", "a(b", "a;b", "a\"b", "a'b", "a\nb", "a/b", "a\0b", "é",
        new string('x', 129),
    ];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_name_is_called(string name)
    {
        var response = await FrontAsync($"/ping?cb={Uri.EscapeDataString(name)}");

        Assert.Equal(200, response.Status);
        Assert.StartsWith(name + "({", await response.ReadBodyAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(NoNames))]
    public async Task What_is_no_name_is_refused_with_a_reason(string callback)
    {
        var cb = Uri.EscapeDataString(callback);
        var channel = NewChannel();

        await AssertRefusedAsync(await FrontAsync($"/ping?cb={cb}"));
        await AssertRefusedAsync(await FrontAsync($"/poll?cname={channel}&seq=1&cb={cb}"));
        await AssertRefusedAsync(await AdminAsync($"/push?cname={channel}&content=x&cb={cb}"));
        await AssertRefusedAsync(await AdminAsync($"/pub?cname={channel}&content=x&cb={cb}"));
        await AssertRefusedAsync(await AdminAsync($"/sign?cname={channel}&cb={cb}"));
        Assert.False(await ExistsAsync(channel));
    }

    [Fact]
    public async Task A_refused_client_may_try_again_on_its_connection()
    {
        var client = await ConnectFrontAsync();
        await client.GetAsync("/ping?cb=%3C");
        await (await client.ReadResponseAsync()).ReadBodyAsync();
        await client.GetAsync("/ping?cb=foo");

        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task What_calls_is_sent_as_script()
    {
        Assert.Equal("text/javascript; charset=utf-8", (await FrontAsync("/ping?cb=foo"))["Content-Type"]);
        Assert.Equal(
            "text/javascript; charset=utf-8", (await AdminAsync($"/sign?cname={NewChannel()}&cb=foo"))["Content-Type"]);
    }

    private static async Task AssertRefusedAsync(Halley.Testing.RawResponse response)
    {
        Assert.Equal("HTTP/1.1 400 Bad Request", response.Head.Split("\r\n")[0]);
        Assert.StartsWith("application/json", response["Content-Type"], StringComparison.Ordinal);
        using var reason = JsonDocument.Parse(await response.ReadBodyAsync());
        Assert.Equal(["type", "message"], reason.RootElement.EnumerateObject().Select(field => field.Name));
        Assert.Equal("error", reason.RootElement.GetProperty("type").GetString());
        Assert.NotEqual("", reason.RootElement.GetProperty("message").GetString());
    }
}
