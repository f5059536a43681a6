using System.Net;
using Halley.Chaos.Clients;

namespace Halley.Chaos.Servers;

/// <summary>An nginx of our own with nchan, to compare with.</summary>
internal sealed class NchanServer : Subject
{
    private static readonly string[] Modules =
        ["/usr/lib/nginx/modules/ngx_nchan_module.so", "/usr/share/nginx/modules/ngx_nchan_module.so"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("halley-chaos-");
    private readonly ReservedPort _port = new();
    private readonly ChildProcess _process;

    /// <exception cref="ChaosException">There is none on this machine.</exception>
    public NchanServer()
    {
        var nginx = Programs.Find("nginx");
        var module = Array.Find(Modules, File.Exists);
        if (nginx is null || module is null)
        {
            throw new ChaosException("nginx with nchan is not installed here (Debian: libnginx-mod-nchan)");
        }

        var path = Path.Combine(_folder.FullName, "nginx.conf");
        File.WriteAllText(path, Configuration(module));
        _process = new ChildProcess([nginx, "-p", _folder.FullName, "-c", path], _port.Address);
    }

    public override string Name => "nchan";

    public override IReadOnlyList<FaultKind> Faults { get; } =
        [FaultKind.Kill, FaultKind.Stop, FaultKind.Drain, FaultKind.Reload];

    public override IReadOnlyList<Transport> Transports { get; } = Clients.Transports.OfEvents("/sub/{channel}");

    public override IReadOnlyList<PublisherKind> Publishers { get; } = [new("own", "/pub/{channel}")];

    public override IReadOnlyList<IPEndPoint> Addresses(string listener) => [_port.Address];

    public override Task StartAsync() => _process.StartAsync();

    public override async Task InflictAsync(FaultKind fault, Random dice)
    {
        switch (fault)
        {
            case FaultKind.Kill:
                await _process.KillAsync().ConfigureAwait(false);
                await _process.StartAsync().ConfigureAwait(false);
                break;
            case FaultKind.Stop:
                await _process.StandStillAsync(TimeSpan.FromMilliseconds(dice.Next(200, 3000))).ConfigureAwait(false);
                break;
            case FaultKind.Drain:
                // As it is done in operation: SIGQUIT waits for subscribers, who do not go; SIGTERM does not.
                await _process.EndAsync().ConfigureAwait(false);
                await _process.StartAsync().ConfigureAwait(false);
                break;
            default:
                _process.Reload();
                break;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync().ConfigureAwait(false);
        _port.Dispose();
        _folder.Delete(recursive: true);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private string Configuration(string module) => $$"""
        load_module {{module}};
        worker_processes 1;
        daemon off;
        pid {{_folder.FullName}}/nginx.pid;
        error_log stderr error;
        events { worker_connections 8000; }
        http {
            access_log off;
            client_body_temp_path {{_folder.FullName}}/body;
            proxy_temp_path {{_folder.FullName}}/proxy;
            fastcgi_temp_path {{_folder.FullName}}/fastcgi;
            uwsgi_temp_path {{_folder.FullName}}/uwsgi;
            scgi_temp_path {{_folder.FullName}}/scgi;
            keepalive_requests 1000000000;
            nchan_shared_memory_size 512M;
            nchan_message_buffer_length 2000;
            nchan_message_timeout 10m;
            server {
                listen {{_port.Address}};
                location ~ ^/sub/(.+)$ {
                    nchan_subscriber eventsource;
                    nchan_eventsource_ping_interval 2;
                    nchan_channel_id $1;
                }
                location ~ ^/pub/(.+)$ {
                    nchan_publisher http;
                    nchan_channel_id $1;
                }
            }
        }
        """;
}
