using System.Net;
using System.Runtime.InteropServices;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.PushStream;

/// <summary>halley import, and then halley: what an nginx served is served, on its port and on no other.</summary>
public sealed class Importing : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("halley-");
    private readonly ReservedPort _port = new();

    public void Dispose()
    {
        _port.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task What_is_imported_serves()
    {
        var json = Path.Combine(_folder.FullName, "halley.json");
        await File.WriteAllTextAsync(json, await ImportAsync(), TestContext.Current.CancellationToken);
        await using var server = ServerProcess.Start(_folder.FullName, ["serve", json]);
        await server.UntilListeningAsync(_port.OnLoopback);

        using var subscriber = await RawHttpClient.ConnectAsync(_port.OnLoopback);
        await subscriber.GetAsync("/sub/news?tail=1");
        var stream = await subscriber.ReadResponseAsync();
        using var publisher = await RawHttpClient.ConnectAsync(_port.OnLoopback);
        await publisher.PostAsync("/pub?id=news", "it rains");

        Assert.Equal(200, (await publisher.ReadResponseAsync()).Status);
        Assert.Equal("<it rains>", await stream.ReadChunkAsync());

        // What it has said is complete when it has ended.
        server.Signal(PosixSignal.SIGTERM);
        await server.UntilExitAsync();
        Assert.StartsWith(
            $"halley 0.1.0\nyour own listeners are at {_port.OnLoopback}", server.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_closed_stays_closed_on_both_versions_of_the_internet_protocol()
    {
        var json = Path.Combine(_folder.FullName, "halley.json");
        await File.WriteAllTextAsync(
            json,
            await ImportAsync(
                $$"""
                http {
                    server {
                        listen {{_port.Number}};
                        listen [::]:{{_port.Number}};
                        location /pub { push_stream_publisher; push_stream_channels_path $arg_id; }
                        location /secret { auth_basic x; auth_basic_user_file h; push_stream_publisher;
                            push_stream_channels_path $arg_id; }
                        location /networks { allow 127.0.0.0/30; deny all; push_stream_publisher;
                            push_stream_channels_path $arg_id; }
                        location /n { nchan_pubsub websocket; nchan_channel_id a; }
                    }
                }
                """,
                status: 3),
            TestContext.Current.CancellationToken);
        await using var server = ServerProcess.Start(_folder.FullName, ["serve", json]);
        await server.UntilListeningAsync(_port.OnLoopback);

        Assert.Equal(200, await PostAsync(IPAddress.IPv6Loopback, "/pub?id=a"));
        Assert.Equal(200, await PostAsync(IPAddress.Loopback, "/pub?id=a", from: "127.0.0.2"));
        Assert.Equal(403, await PostAsync(IPAddress.Loopback, "/secret?id=a", from: "127.0.0.2"));
        Assert.Equal(200, await PostAsync(IPAddress.Loopback, "/secret?id=a"));
        Assert.Equal(200, await PostAsync(IPAddress.Loopback, "/networks?id=a", from: "127.0.0.2"));
        Assert.Equal(403, await PostAsync(IPAddress.Loopback, "/networks?id=a", from: "127.0.0.4"));
        Assert.Equal(403, await PostAsync(IPAddress.Loopback, "/n"));
    }

    private async Task<int> PostAsync(IPAddress to, string target, string? from = null)
    {
        var address = new IPEndPoint(to, _port.Number);
        using var client = from is null
            ? await RawHttpClient.ConnectAsync(address)
            : await RawHttpClient.ConnectAsync(address, IPAddress.Parse(from));
        await client.PostAsync(target, "x");
        return (await client.ReadResponseAsync()).Status;
    }

    private Task<string> ImportAsync() => ImportAsync(
        $$"""
        http {
            push_stream_shared_memory_size 32m;
            server {
                listen 127.0.0.1:{{_port.Number}};
                location /pub { push_stream_publisher admin; push_stream_channels_path $arg_id; }
                location ~ ^/sub/(.*)$ { push_stream_subscriber; push_stream_channels_path $1;
                    push_stream_message_template "<~text~>"; }
            }
        }
        """,
        status: 0);

    private async Task<string> ImportAsync(string configuration, int status)
    {
        var nginx = Path.Combine(_folder.FullName, "nginx.conf");
        await File.WriteAllTextAsync(nginx, configuration, TestContext.Current.CancellationToken);
        await using var import = ServerProcess.Start(_folder.FullName, ["import", nginx]);
        Assert.True(await import.UntilExitAsync() == status, import.Errors);
        return import.Output;
    }
}
