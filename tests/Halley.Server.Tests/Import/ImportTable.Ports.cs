namespace Halley.Server.Tests.Import;

// Where it is listened for.
public sealed partial class ImportTable
{
    public static TheoryData<string, string, int, string, string> Ports => new()
    {
        { "none", $"server {{ {PubAt} }} }}", 0, "", "8.8.8.8@:80 /pub publisher:$arg_id" },
        {
            "both versions of the internet protocol",
            $"server {{ listen 80; listen [::]:80; {PubAt} }} }}",
            0,
            "",
            "8.8.8.8@:80 /pub publisher:$arg_id; fd00::1@[::]:80 /pub publisher:$arg_id"
        },
        {
            "ipv6only is off",
            $"server {{ listen [::]:80 ipv6only=off; {PubAt} }} }}",
            0,
            "",
            "8.8.8.8@[::]:80 /pub publisher:$arg_id"
        },
        {
            "sizes and ways to accept",
            $"server {{ listen *:8080 default_server backlog=9 rcvbuf=1k reuseport deferred bind; {PubAt} }} }}",
            0,
            "",
            "8.8.8.8@:8080 /pub publisher:$arg_id"
        },
        { "so_keepalive", $"server {{ listen 80 so_keepalive=on; {PubAt} }} }}", 3, "so_keepalive=on", Open },
        {
            "an address and a wildcard",
            $"server {{ listen 127.0.0.1:80; {PubAt} }} }} server {{ listen 80; location /sub {{ {Sub} }} }}",
            0,
            "",
            "127.0.0.1@127.0.0.1:80 /pub publisher:$arg_id; 8.8.8.8@:80 /pub nothing; 8.8.8.8@:80 /sub "
                + "streaming:$arg_id"
        },
        {
            "proxy_protocol",
            $"server {{ listen 80 proxy_protocol; {PubAt} }} }}",
            3,
            "listen 80 proxy_protocol",
            Closed
        },
        {
            "proxy_protocol said by another server",
            $"server {{ listen 80 proxy_protocol; server_name x; }} server {{ listen 80; {PubAt} }} }}",
            3,
            "listen 80 proxy_protocol",
            Closed
        },
        {
            "TLS",
            $"server {{ listen 443 ssl http2; ssl_certificate c; {PubAt} }} }}",
            3,
            "Halley does not speak TLS | 127.0.0.1:8443 | HTTP/1.1",
            "8.8.8.8@:443 /pub no-listener; 127.0.0.1@127.0.0.1:8443 /pub publisher:$arg_id"
        },
        {
            "TLS said by another server",
            $"server {{ listen 443 ssl; server_name x; }} server {{ listen 443; {PubAt} }} }}",
            3,
            "Halley does not speak TLS",
            "8.8.8.8@:443 /pub no-listener; 8.8.8.8@127.0.0.1:8443 /pub publisher:$arg_id"
        },
        {
            "ssl on",
            $"server {{ listen 443; ssl on; {PubAt} }} }}",
            3,
            "Halley does not speak TLS",
            "8.8.8.8@:443 /pub no-listener"
        },
        {
            "TLS beside plain HTTP",
            $"server {{ listen 80; listen 443 ssl; listen [::]:443 ssl; {PubAt} }} }}",
            3,
            "127.0.0.1:8443",
            "8.8.8.8@:80 /pub publisher:$arg_id; 8.8.8.8@127.0.0.1:8443 /pub publisher:$arg_id"
        },
        {
            "TLS, where the port that would be its own is taken",
            $"server {{ listen 443 ssl; {PubAt} }} }} server {{ listen 8443; }}",
            3,
            "127.0.0.1:8444",
            "8.8.8.8@127.0.0.1:8444 /pub publisher:$arg_id"
        },
        {
            "TLS, and more than an address",
            $"server {{ listen 443 ssl; auth_basic x; {PubAt} }} }}",
            3,
            "auth_basic x",
            "127.0.0.1@127.0.0.1:8443 /pub closed"
        },
        { "HTTP/3 beside the rest", $"server {{ listen 80; listen 443 quic; {PubAt} }} }}", 3, "HTTP/3", Open },
        {
            "a name that is nobody's",
            $"server {{ listen 80; listen nobody.invalid:81; {PubAt} }} }}",
            3,
            "no address is known for that name",
            Open
        },
    };
}
