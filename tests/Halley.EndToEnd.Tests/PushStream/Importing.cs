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
        Assert.StartsWith($"halley 0.1.0\nyour own listeners are at {_port.OnLoopback}\n", server.Output, StringComparison.Ordinal);
    }

    private async Task<string> ImportAsync()
    {
        var nginx = Path.Combine(_folder.FullName, "nginx.conf");
        await File.WriteAllTextAsync(
            nginx,
            $$"""
            http {
                push_stream_shared_memory_size 32m;
                server {
                    listen 127.0.0.1:{{_port.Number}};
                    location /pub { push_stream_publisher admin; push_stream_channels_path $arg_id; }
                    location ~ ^/sub/(.*)$ { push_stream_subscriber; push_stream_channels_path $1; push_stream_message_template "<~text~>"; }
                }
            }
            """,
            TestContext.Current.CancellationToken);
        await using var import = ServerProcess.Start(_folder.FullName, ["import", nginx]);
        Assert.True(await import.UntilExitAsync() == 0, import.Errors);
        return import.Output;
    }
}
