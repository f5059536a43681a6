namespace Halley.Server.Tests.Import;

// The same: which channel is meant, whose path it is, where it is listened for, and nchan.
public sealed partial class ImportTable
{
    private const string PubId = "location /pub { push_stream_publisher; push_stream_channels_path $id; }";

    public static TheoryData<string, string, int, string, string> Channels => new()
    {
        { "set", At($"set $id a_${{arg_id}}_b; {PubId}"), 0, "", "8.8.8.8 /pub publisher:a_${arg_id}_b" },

        {
            "a name before more of a name",
            At($"set $x $arg_a; set $id ${{x}}b; {PubId}"),
            0,
            "",
            "8.8.8.8 /pub publisher:${arg_a}b",
        },

        {
            "a name that another begins with",
            At($"set $i x; set $id $arg_a; {PubId}"),
            0,
            "",
            "8.8.8.8 /pub publisher:$arg_a",
        },

        {
            "set in an if of a server",
            At($"set $id $arg_id; if ($arg_alt) {{ set $id $arg_alt; }} {PubId}"),
            3,
            "set $id $arg_alt | $id is no variable here",
            "8.8.8.8 /pub nothing; 127.0.0.1 /pub nothing",
        },

        {
            "set in an if of a location",
            At(
                "location /pub { push_stream_publisher; set $id a; if ($arg_b) { set $id b; } "
                    + "push_stream_channels_path $id; }"),
            3,
            "set $id b",
            "8.8.8.8 /pub nothing",
        },

        {
            "set by what is set in an if",
            At($"if ($arg_alt) {{ set $x 1; }} set $id $x; {PubId}"),
            3,
            "is no variable here",
            "8.8.8.8 /pub nothing",
        },

        {
            "set again behind the if",
            At($"if ($arg_alt) {{ set $id 1; }} set $id $arg_id; {PubId}"),
            3,
            "set $id 1",
            "8.8.8.8 /pub publisher:$arg_id",
        },

        {
            "set in an outer location is set for that alone",
            At("location /a { set $id x; location /a/pub { push_stream_publisher; push_stream_channels_path $id; } }"),
            3,
            "$id is no variable here",
            "8.8.8.8 /a/pub nothing",
        },
        { "a number in a server", At($"set $id $1; {PubId}"), 3, "$id is no variable here", "8.8.8.8 /pub nothing" },

        {
            "map",
            $"map $arg_u $id {{ default none; ~^[a-z]$ x; }} {At(PubId)}",
            3,
            "$id is no variable here",
            "8.8.8.8 /pub nothing",
        },

        {
            "geo",
            $"geo $id {{ default a; 10.0.0.0/8 b; }} {At(PubId)}",
            3,
            "$id is no variable here",
            "8.8.8.8 /pub nothing",
        },

        {
            "split_clients",
            $"split_clients $arg_a $id {{ 50% a; * b; }} {At(PubId)}",
            3,
            "$id is no variable here",
            "8.8.8.8 /pub nothing",
        },

        {
            "remote_user",
            At(PubId.Replace("$id", "$remote_user", StringComparison.Ordinal)),
            3,
            "$remote_user is no variable here",
            "8.8.8.8 /pub nothing",
        },

        {
            "a client's certificate",
            At(PubId.Replace("$id", "$ssl_client_s_dn", StringComparison.Ordinal)),
            3,
            "$ssl_client_s_dn is no variable",
            "8.8.8.8 /pub nothing",
        },

        {
            "a cookie and a field",
            At(PubId.Replace("$id", "${cookie_a}$http_x_b", StringComparison.Ordinal)),
            0,
            "",
            "8.8.8.8 /pub publisher:${cookie_a}$http_x_b",
        },

        {
            "no path at all",
            At("location /pub { push_stream_publisher; }"),
            3,
            "channels_path is missing",
            "8.8.8.8 /pub nothing",
        },

        {
            "a pattern of an if changes $1",
            At(
                "location ~ ^/sub/(.*)$ { push_stream_subscriber; push_stream_channels_path $1; if ($arg_q ~ (x)) { "
                    + "push_stream_last_event_id $arg_e; } }"),
            3,
            "if ($arg_q ~ (x))",
            "8.8.8.8 /sub/a closed",
        },

        {
            "variables in their old places",
            At(
                "location /pub { push_stream_publisher; set $push_stream_channel_id $arg_id; } location ~ /sub/(.*) { "
                    + "push_stream_subscriber; set $push_stream_channels_path $1; }"),
            0,
            "",
            "8.8.8.8 /pub publisher:$arg_id; 8.8.8.8 /sub/a streaming:$1",
        },
        {
            "old names",
            "push_stream_max_reserved_memory 32m; push_stream_memory_cleanup_timeout 5m; "
                + At(
                    "location /a { push_stream_publisher_admin; push_stream_channels_path $arg_id; allow all; } "
                        + "location /e { push_stream_subscriber; push_stream_eventsource_support on; "
                        + "push_stream_channels_path $arg_id; push_stream_subscriber_connection_timeout 1h30m; }"),
            0,
            "",
            "8.8.8.8 /a publisher-admin:$arg_id; 8.8.8.8 /e eventsource:$arg_id"
        },

        {
            "what holds for the server, at a location",
            At($"{PubAt} push_stream_message_ttl 5s; }}"),
            3,
            "in Halley it holds for the whole server",
            Open,
        },

        {
            "a value that is none",
            At($"{PubAt} push_stream_store_messages maybe; }}"),
            3,
            "push_stream_store_messages maybe",
            Closed,
        },

        {
            "a directive of push-stream that nobody knows",
            At($"{PubAt} push_stream_guard on; }}"),
            3,
            "push_stream_guard on",
            Closed,
        },

        {
            "a condition that Halley does not know",
            At($"{PubAt} if (-f $uri) {{ push_stream_store_messages on; }} }}"),
            3,
            "Halley knows if ($variable)",
            Closed,
        },

        {
            "a condition on a variable that Halley does not know",
            At($"{PubAt} if ($remote_addr = 1.2.3.4) {{ push_stream_store_messages on; }} }}"),
            3,
            "$remote_addr is no variable",
            "8.8.8.8 /pub nothing",
        },
    };

    public static TheoryData<string, string, int, string, string> Locations => new()
    {

        {
            "a path of its own within a prefix",
            At($"location /pub {{ {Pub} }} location = /pub/x {{ return 403; }}"),
            3,
            "location = /pub/x",
            $"{Open}; 8.8.8.8 /pub/x nothing; 8.8.8.8 /pub/y publisher:$arg_id",
        },

        {
            "a longer prefix",
            At($"location / {{ {Pub} }} location /static/ {{ root /x; }}"),
            3,
            "location /static/",
            "8.8.8.8 /pub publisher:$arg_id; 8.8.8.8 /static/x nothing",
        },

        {
            "a prefix that patterns are not asked after",
            At(
                "location ~ ^/s/(.*)$ { push_stream_subscriber; push_stream_channels_path $1; } location ^~ /s/private "
                    + "{ deny all; }"),
            3,
            "location ^~ /s/private",
            "8.8.8.8 /s/a streaming:$1; 8.8.8.8 /s/private/a nothing",
        },

        {
            "a pattern before",
            At($"location ~ \\.php$ {{ fastcgi_pass x; }} location /pub {{ {Pub} }}"),
            3,
            "location ~ \\.php$",
            $"{Open}; 8.8.8.8 /pub/x.php nothing",
        },

        {
            "a pattern that comes too late",
            At(
                "location ~ ^/s/(.*)$ { push_stream_subscriber; push_stream_channels_path $1; } location ~ \\.php$ { "
                    + "fastcgi_pass x; }"),
            0,
            "",
            "8.8.8.8 /s/x.php streaming:$1",
        },

        {
            "a prefix that gives way",
            At($"location / {{ root /x; }} {PubAt} }}"),
            0,
            "",
            $"{Open}; 8.8.8.8 /x nothing",
        },

        {
            "POSIX classes",
            At("location ~ ^/sub/([[:alnum:]_-]+)$ { push_stream_subscriber; push_stream_channels_path $1; }"),
            0,
            "",
            "8.8.8.8 /sub/aB9_- streaming:$1; 8.8.8.8 /sub/a:b nothing; 8.8.8.8 /sub/[: nothing",
        },

        {
            "letters are those of ASCII",
            At("location ~ ^/sub/(\\w+)$ { push_stream_subscriber; push_stream_channels_path $1; }"),
            0,
            "",
            "8.8.8.8 /sub/ab streaming:$1; 8.8.8.8 /sub/\u00e9 nothing",
        },

        {
            "a pattern that is none",
            At($"location ~ ^/(pub {{ {Pub} }} {PubAt} }}"),
            3,
            "no regular expression",
            "8.8.8.8 /pub closed",
        },
        { "a name and no path", At($"{PubAt} }} location @p {{ {Pub} }}"), 3, "location @p", Open },

        {
            "a location within one",
            At($"location /a {{ {Pub} location /a/b {{ {Sub} }} }}"),
            0,
            "",
            "8.8.8.8 /a publisher:$arg_id; 8.8.8.8 /a/b streaming:$arg_id",
        },

        {
            "a pattern within a prefix that is all of it",
            At(
                $"location /a {{ {Pub} location ~ ^/a/(.*)$ {{ push_stream_subscriber; push_stream_channels_path $1; "
                    + $"}} }}"),
            0,
            "",
            "8.8.8.8 /a publisher:$arg_id; 8.8.8.8 /a/b streaming:$1",
        },

        {
            "a pattern within a prefix that goes beyond it",
            At(
                $"location /a {{ location ~ (.*)$ {{ push_stream_subscriber; push_stream_channels_path $1; }} }} "
                    + $"{PubAt} }}"),
            3,
            "does not begin with ^ and the path",
            "8.8.8.8 /a/b nothing; 8.8.8.8 /pub nothing",
        },

        {
            "a pattern within ^~",
            At($"location ^~ /a {{ {Pub} location ~ ^/a/x {{ {Sub} }} }}"),
            3,
            "a pattern within a location of ^~",
            "8.8.8.8 /a/x nothing; 8.8.8.8 /a/y nothing",
        },

        {
            "within ^~ no pattern is asked",
            At($"location ^~ /a {{ location /a/b {{ {Sub} }} }} location ~ b$ {{ {Pub} }}"),
            3,
            "location ^~ /a",
            "8.8.8.8 /a/b streaming:$arg_id; 8.8.8.8 /a/bb streaming:$arg_id; 8.8.8.8 /a/xb nothing; 8.8.8.8 /b "
                + "publisher:$arg_id",
        },

        {
            "patterns within a location are asked before those beside it",
            At($"location ~ c$ {{ {Pub} }} location /a {{ location ~ ^/a/b {{ {Sub} }} }}"),
            0,
            "",
            "8.8.8.8 /a/bc streaming:$arg_id; 8.8.8.8 /c publisher:$arg_id",
        },

        {
            "two servers by name, one path",
            $"server {{ listen 80; server_name a; {PubAt} }} }} server {{ listen 80; server_name b; location /pub {{ "
                + $"push_stream_publisher; push_stream_channels_path b_$arg_id; }} }}",
            3,
            "does not choose by server_name",
            "8.8.8.8 /pub closed",
        },

        {
            "two servers by name, the same of both",
            $"server {{ listen 80; server_name a; {PubAt} }} }} server {{ listen 80; server_name b; {PubAt} }} }}",
            3,
            "does not choose by server_name",
            Open,
        },

        {
            "two servers by name, two paths",
            $"server {{ listen 80; server_name a; {PubAt} deny all; }} }} server {{ listen 80; server_name b; location "
                + $"/sub {{ {Sub} }} }}",
            3,
            "does not choose by server_name",
            "8.8.8.8 /pub closed; 8.8.8.8 /sub streaming:$arg_id",
        },

        {
            "two servers by name, and one could have the other's paths",
            $"server {{ listen 80; server_name a; {PubAt} deny all; }} }} server {{ listen 80; server_name b; location "
                + $"~ b$ {{ {Pub} }} }}",
            3,
            "another server on the same address has some of the same paths",
            "8.8.8.8 /pub closed",
        },

        {
            "a server beside it that has nothing",
            $"server {{ listen 80 default_server; return 444; }} {At($"{PubAt} }}")}",
            3,
            "who asks for this one finds them too",
            Open,
        },

        {
            "internal is handed down",
            At($"location /a {{ internal; location /a/pub {{ {Pub} }} }}"),
            3,
            "\"internal\"",
            "8.8.8.8 /a/pub closed",
        },

        {
            "a path that leads to an endpoint",
            At(
                $"{PubAt} }} location /old {{ rewrite ^/old/(.*)$ /pub?id=$1 last; }} location /x {{ rewrite ^ /y "
                    + $"last; }}"),
            3,
            "rewrite ^/old/(.*)$",
            $"{Open}; 8.8.8.8 /old/a nothing",
        },

        {
            "a type in an if",
            At($"{PubAt} if ($arg_x) {{ default_type text/html; }} }}"),
            3,
            "default_type text/html",
            Open,
        },

        {
            "a word that is no kind",
            At($"{PubAt} }} location /s {{ push_stream_subscriber pigeon; push_stream_channels_path a; }}"),
            3,
            "it is no kind of endpoint",
            $"{Open}; 8.8.8.8 /s nothing",
        },

        {
            "words in quotes, and signs that are taken back",
            At(
                "location \"/pub\" { push_stream_publisher; push_stream_channels_path 'a\"$arg_id'; "
                    + "push_stream_store_messages \"on\"; }"),
            0,
            "",
            "8.8.8.8 /pub publisher:a\"$arg_id",
        },
    };

    public static TheoryData<string, string, int, string, string> Ports => new()
    {
        { "none", $"server {{ {PubAt} }} }}", 0, "", "8.8.8.8@:80 /pub publisher:$arg_id" },

        {
            "both versions of the internet protocol",
            $"server {{ listen 80; listen [::]:80; {PubAt} }} }}",
            0,
            "",
            "8.8.8.8@:80 /pub publisher:$arg_id; fd00::1@[::]:80 /pub publisher:$arg_id",
        },

        {
            "ipv6only is off",
            $"server {{ listen [::]:80 ipv6only=off; {PubAt} }} }}",
            0,
            "",
            "8.8.8.8@[::]:80 /pub publisher:$arg_id",
        },

        {
            "sizes and ways to accept",
            $"server {{ listen *:8080 default_server backlog=9 rcvbuf=1k reuseport deferred bind; {PubAt} }} }}",
            0,
            "",
            "8.8.8.8@:8080 /pub publisher:$arg_id",
        },
        { "so_keepalive", $"server {{ listen 80 so_keepalive=on; {PubAt} }} }}", 3, "so_keepalive=on", Open },

        {
            "an address and a wildcard",
            $"server {{ listen 127.0.0.1:80; {PubAt} }} }} server {{ listen 80; location /sub {{ {Sub} }} }}",
            0,
            "",
            "127.0.0.1@127.0.0.1:80 /pub publisher:$arg_id; 8.8.8.8@:80 /pub nothing; 8.8.8.8@:80 /sub "
                + "streaming:$arg_id",
        },

        {
            "proxy_protocol",
            $"server {{ listen 80 proxy_protocol; {PubAt} }} }}",
            3,
            "listen 80 proxy_protocol",
            Closed,
        },

        {
            "proxy_protocol said by another server",
            $"server {{ listen 80 proxy_protocol; server_name x; }} server {{ listen 80; {PubAt} }} }}",
            3,
            "listen 80 proxy_protocol",
            Closed,
        },

        {
            "TLS",
            $"server {{ listen 443 ssl http2; ssl_certificate c; {PubAt} }} }}",
            3,
            "Halley does not speak TLS | 127.0.0.1:8443 | HTTP/1.1",
            "8.8.8.8@:443 /pub no-listener; 127.0.0.1@127.0.0.1:8443 /pub publisher:$arg_id",
        },

        {
            "TLS said by another server",
            $"server {{ listen 443 ssl; server_name x; }} server {{ listen 443; {PubAt} }} }}",
            3,
            "Halley does not speak TLS",
            "8.8.8.8@:443 /pub no-listener; 8.8.8.8@127.0.0.1:8443 /pub publisher:$arg_id",
        },

        {
            "ssl on",
            $"server {{ listen 443; ssl on; {PubAt} }} }}",
            3,
            "Halley does not speak TLS",
            "8.8.8.8@:443 /pub no-listener",
        },

        {
            "TLS beside plain HTTP",
            $"server {{ listen 80; listen 443 ssl; listen [::]:443 ssl; {PubAt} }} }}",
            3,
            "127.0.0.1:8443",
            "8.8.8.8@:80 /pub publisher:$arg_id; 8.8.8.8@127.0.0.1:8443 /pub publisher:$arg_id",
        },

        {
            "TLS, where the port that would be its own is taken",
            $"server {{ listen 443 ssl; {PubAt} }} }} server {{ listen 8443; }}",
            3,
            "127.0.0.1:8444",
            "8.8.8.8@127.0.0.1:8444 /pub publisher:$arg_id",
        },

        {
            "TLS, and more than an address",
            $"server {{ listen 443 ssl; auth_basic x; {PubAt} }} }}",
            3,
            "auth_basic x",
            "127.0.0.1@127.0.0.1:8443 /pub closed",
        },
        { "HTTP/3 beside the rest", $"server {{ listen 80; listen 443 quic; {PubAt} }} }}", 3, "HTTP/3", Open },

        {
            "a name that is nobody's",
            $"server {{ listen 80; listen nobody.invalid:81; {PubAt} }} }}",
            3,
            "no address is known for that name",
            Open,
        },
    };

    public static TheoryData<string, string, int, string, string> Nchan => new()
    {

        {
            "a publisher and a subscriber",
            At(
                "location ~ ^/p/(.*)$ { nchan_publisher; nchan_channel_id $1; deny all; } location ~ ^/s/(.*)$ { "
                    + "nchan_subscriber websocket sse; nchan_channel_id $1; nchan_subscriber_timeout 1h; }"),
            0,
            "",
            "8.8.8.8 /p/a closed; 8.8.8.8 /s/a nchan_subscriber:$1",
        },

        {
            "a pubsub location",
            At(
                "location /ps { nchan_pubsub; nchan_channel_id $arg_id $arg_b; nchan_message_buffer_length 5; "
                    + "nchan_store_messages on; }"),
            0,
            "",
            "8.8.8.8 /ps nchan_pubsub:$arg_id,$arg_b",
        },

        {
            "one that only subscribes",
            At("location /ps { nchan_pubsub eventsource; nchan_channel_id a; }"),
            0,
            "",
            "8.8.8.8 /ps nchan_subscriber:a",
        },

        {
            "two words that are one",
            At("location /ps { nchan_publisher http; nchan_subscriber eventsource; nchan_channel_id a; }"),
            0,
            "",
            "8.8.8.8 /ps nchan_pubsub:a",
        },

        {
            "publishing over WebSockets alone, where nobody subscribes",
            At("location /p { nchan_publisher websocket; nchan_channel_id a; }"),
            3,
            "nchan_publisher websocket",
            "8.8.8.8 /p nothing",
        },

        {
            "everybody may, as in nginx",
            At("location /p { nchan_publisher; nchan_channel_id a; allow all; }"),
            0,
            "",
            "8.8.8.8 /p nchan_publisher:a",
        },

        {
            "names of the module before it",
            At(
                "location /p { push_publisher; set $push_channel_id $arg_id; push_store_messages on; "
                    + "push_message_buffer_length 3; allow all; } location /s { push_subscriber long-poll; "
                    + "push_subscriber_concurrency broadcast; set $push_channel_id $arg_id; "
                    + "push_authorized_channels_only on; }"),
            0,
            "",
            "8.8.8.8 /p nchan_publisher:$arg_id; 8.8.8.8 /s nchan_subscriber:$arg_id",
        },

        {
            "names that nchan has besides",
            At("location /s { nchan_subscriber_location; nchan_pubsub_channel_id a; }"),
            0,
            "",
            "8.8.8.8 /s nchan_subscriber:a",
        },

        {
            "what is said in the server's block",
            "server { listen 80; nchan_pubsub; nchan_channel_id a; location /x { deny all; } }",
            0,
            "",
            "8.8.8.8 /y nchan_pubsub:a; 8.8.8.8 /x closed",
        },

        {
            "what is handed down",
            At("location /a { nchan_subscriber; nchan_channel_id a; location /a/b { deny all; } }"),
            0,
            "",
            "8.8.8.8 /a nchan_subscriber:a; 8.8.8.8 /a/b closed",
        },

        {
            "a backend that is asked",
            At(
                "location /s { nchan_subscriber; nchan_channel_id a; nchan_authorize_request /auth; } location = /auth "
                    + "{ internal; proxy_pass http://127.0.0.1:9/a.php; proxy_pass_request_body off; proxy_set_header "
                    + "X-Original-URI $request_uri; }"),
            0,
            "",
            "8.8.8.8 /s nchan_subscriber:a",
        },

        {
            "a backend that is told more",
            At(
                "location /s { nchan_subscriber; nchan_channel_id a; nchan_authorize_request /auth; } location = /auth "
                    + "{ proxy_pass http://127.0.0.1:9; proxy_set_header X-User $remote_user; }"),
            3,
            "nchan_authorize_request /auth",
            "8.8.8.8 /s closed",
        },

        {
            "a backend that is not there",
            At("location /s { nchan_subscriber; nchan_channel_id a; nchan_authorize_request /auth; }"),
            3,
            "nchan_authorize_request /auth",
            "8.8.8.8 /s closed",
        },

        {
            "a part of what a group's location does",
            At("location /g { nchan_group_location get; nchan_channel_group a; }"),
            3,
            "get, set and delete",
            "8.8.8.8 /g nothing",
        },

        {
            "a group",
            At(
                "location /g { nchan_group_location; nchan_channel_group $arg_g; nchan_group_max_channels $arg_max; "
                    + "deny all; }"),
            0,
            "",
            "8.8.8.8 /g closed",
        },

        {
            "Redis",
            "nchan_redis_url redis://x; "
                + $"{At("location /s { nchan_subscriber; nchan_channel_id a; nchan_use_redis on; }")}",
            3,
            "nchan_use_redis on | nchan_redis_url",
            "8.8.8.8 /s nchan_subscriber:a",
        },

        {
            "an if",
            At("location /s { nchan_subscriber; nchan_channel_id a; if ($arg_x) { nchan_channel_id b; } }"),
            3,
            "nchan_channel_id b",
            "8.8.8.8 /s closed",
        },

        {
            "a location that Halley does not have",
            At("location /s { nchan_subscriber; nchan_channel_id a; } location /s/status { nchan_stub_status; }"),
            3,
            "nchan_stub_status",
            "8.8.8.8 /s nchan_subscriber:a; 8.8.8.8 /s/status nothing",
        },

        {
            "a value out of a variable",
            At("location /s { nchan_publisher; nchan_channel_id a; nchan_message_timeout $arg_t; }"),
            3,
            "nchan_message_timeout $arg_t",
            "8.8.8.8 /s closed",
        },

        {
            "every origin",
            At("location /s { nchan_subscriber; nchan_channel_id a; nchan_access_control_allow_origin $http_origin; }"),
            3,
            "a list of origins",
            "8.8.8.8 /s nchan_subscriber:a",
        },

        {
            "a directive that nobody knows",
            At("location /s { nchan_subscriber; nchan_channel_id a; nchan_guard on; }"),
            3,
            "nchan_guard on",
            "8.8.8.8 /s closed",
        },
    };
}
