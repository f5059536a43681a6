using System.Globalization;
using System.Net;
using Halley.Testing;

namespace Halley.Proxies.Tests;

/// <summary>
/// Long polls behind an nginx that compresses: it takes away the validators that are none to HTTP, and a poll that
/// comes back without hears the same again.
/// </summary>
public sealed class LongPollsThroughGzip : IAsyncLifetime
{
    private const string Endpoints = """
        { "location": "~ ^/nchan/pub/(.*)$", "kind": "nchan_publisher", "nchan_channel_id": "$1",
          "allow": ["127.0.0.1"] },
        { "location": "~ ^/nchan/sub/(.*)$", "kind": "nchan_subscriber", "nchan_channel_id": "$1" },
        { "location": "~ ^/push-stream/pub/(.*)$", "kind": "publisher", "channels_path": "$1", "store_messages": true,
          "allow": ["127.0.0.1"] },
        { "location": "~ ^/push-stream/sub/(.*)$", "kind": "long-polling", "channels_path": "$1",
          "default_type": "application/json" }
        """;

    private readonly ReservedPort _port = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("halley-gzip-");
    private JsonServer? _server;
    private ProxyProcess? _nginx;

    public async ValueTask InitializeAsync()
    {
        _server = await JsonServer.StartAsync(Endpoints);
        var file = Path.Combine(_folder.FullName, "nginx.conf");
        await File.WriteAllTextAsync(file, string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            daemon off; pid nginx.pid; error_log stderr; events {}
            http {
                access_log off; client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u;
                    scgi_temp_path s;
                gzip on; gzip_types application/json; gzip_proxied any; gzip_min_length 0;
                server { listen {{_port.OnLoopback}}; location / { proxy_pass http://{{_server.Own}};
                    proxy_http_version 1.1; proxy_buffering off; } }
            }
            """));
        _nginx = ProxyProcess.Start("/usr/sbin/nginx", _folder.FullName, ["-p", _folder.FullName, "-c", file]);
        await _nginx.UntilListeningAsync([_port.OnLoopback]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_nginx is not null)
        {
            await _nginx.DisposeAsync();
        }

        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _port.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData("nchan")]
    [InlineData("push-stream")]
    public async Task Each_message_is_heard_once(string dialect)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.GZip })
        {
            BaseAddress = new Uri($"http://{_port.OnLoopback}/{dialect}/"),
            Timeout = RawHttpClient.Patience,
        };
        var cancelled = TestContext.Current.CancellationToken;
        var (date, tag) = ("Thu, 01 Jan 1970 00:00:01 GMT", "0");
        for (var number = 1; number <= 3; number++)
        {
            var text = string.Create(
                CultureInfo.InvariantCulture, $"{{\"n\":{number},\"text\":\"{new string('x', 200)}\"}}");
            using var content = new StringContent(text, System.Text.Encoding.UTF8, "application/json");
            (await client.PostAsync(new Uri("pub/a", UriKind.Relative), content, cancelled)).EnsureSuccessStatusCode();
            using var request = new HttpRequestMessage(HttpMethod.Get, "sub/a");
            request.Headers.TryAddWithoutValidation("If-Modified-Since", date);
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
            using var answer = await client.SendAsync(request, cancelled);
            Assert.Equal(text, await answer.Content.ReadAsStringAsync(cancelled));
            date = Assert.Single(answer.Content.Headers.GetValues("Last-Modified"));
            tag = Assert.Single(answer.Headers.NonValidated["ETag"]);
        }
    }
}
