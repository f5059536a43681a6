using System.Net;
using System.Net.Sockets;
using Halley.Protocol;
using Halley.Protocol.Http;
using Halley.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Halley.Engine.Tests;

/// <summary>Several listeners of one server on one port.</summary>
public sealed class AddressesTogether : IDisposable
{
    private readonly ReservedPort _port = new();

    public void Dispose() => _port.Dispose();

    [Fact]
    public async Task IPv4_and_IPv6_may_listen_on_one_port_each_with_what_is_its_own()
    {
        using var engine = Start(
            Listen(IPAddress.Any, "four"), Listen(IPAddress.IPv6Any, "six") with { IsIPv6Only = true });
        Assert.Equal("four", await AskAsync(IPAddress.Loopback));
        Assert.Equal("six", await AskAsync(IPAddress.IPv6Loopback));
    }

    [Fact]
    public async Task IPv6_alone_leaves_IPv4_closed()
    {
        using var engine = Start(Listen(IPAddress.IPv6Any, "six") with { IsIPv6Only = true });
        Assert.Equal("six", await AskAsync(IPAddress.IPv6Loopback));
        await Assert.ThrowsAsync<SocketException>(() => AskAsync(IPAddress.Loopback));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_closer_address_has_the_connection(bool isCloserFirst)
    {
        var (closer, wider) = (Listen(IPAddress.Loopback, "closer"), Listen(IPAddress.IPv6Any, "wider"));
        using var engine = Start(isCloserFirst ? [closer, wider] : [wider, closer]);
        Assert.Equal("closer", await AskAsync(IPAddress.Loopback));
        Assert.Equal("wider", await AskAsync(IPAddress.Parse("127.0.0.2")));
        Assert.Equal("wider", await AskAsync(IPAddress.IPv6Loopback));
    }

    [Fact]
    public void One_address_twice_is_refused_with_a_reason() => Assert.Equal(
        $"Cannot listen on {_port.OnLoopback} twice. Leave one of the two, or give it another port.",
        Assert.Throws<ListenException>(
            () => Start(Listen(IPAddress.Loopback, "a"), Listen(IPAddress.Loopback, "b")).Dispose()).Message);

    private static Engine Start(params ListenerOptions[] listeners)
    {
        var engine = new Engine(
            new EngineOptions { Reactors = 2 }, listeners, TimeProvider.System, NullLogger<Engine>.Instance);
        try
        {
            engine.Start();
            return engine;
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    private ListenerOptions Listen(IPAddress address, string says) =>
        new(new IPEndPoint(address, _port.Number), new Saying(says));

    private async Task<string> AskAsync(IPAddress address)
    {
        using var client = await RawHttpClient.ConnectAsync(new IPEndPoint(address, _port.Number));
        await client.GetAsync("/");
        return await (await client.ReadResponseAsync()).ReadBodyAsync();
    }

    private sealed class Saying(string text) : IRequestHandler
    {
        private static readonly ResponseHead Ok = new("200 OK", [], []);

        public void Handle(in HttpRequest request, IExchange exchange) =>
            exchange.Reply(Ok, System.Text.Encoding.UTF8.GetBytes(text));
    }
}
