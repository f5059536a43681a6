using System.Text.Json;
using Halley.Testing;

namespace Halley.Client.Tests.RealServer;

public sealed class Tokens : ServerCase
{
    protected override ICometConf Conf => new() { Auth = "token" };

    [Theory]
    [InlineData(HalleyTransport.ServerSentEvents)]
    [InlineData(HalleyTransport.WebSocket)]
    public async Task Who_has_one_is_let_in_and_nobody_else(HalleyTransport transport)
    {
        using var http = new HttpClient();
        using var signed = JsonDocument.Parse(
            await http.GetStringAsync(new Uri($"http://{Server.Admin}/sign?cname=news"), Leaving));
        var token = signed.RootElement.GetProperty("token").GetString()!;
        var told = Follow(Client(transport, auth: token), StreamPosition.Beginning);
        await PublishAsync(1, 1);

        Assert.Equal(["1"], await TakeAsync(told, 1));
        var error = await Assert.ThrowsAsync<HalleyException>(
            () => Follow(Client(transport, auth: "wrong"), null).Completion.WaitAsync(Leaving));
        Assert.Equal(HalleyErrorCode.Unauthorized, error.Code);
    }
}
