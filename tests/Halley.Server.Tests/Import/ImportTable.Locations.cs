namespace Halley.Server.Tests.Import;

// Whose path it is.
public sealed partial class ImportTable
{
    public static TheoryData<string, string, int, string, string> Locations => new()
    {
        {
            "a path of its own within a prefix",
            At($"location /pub {{ {Pub} }} location = /pub/x {{ return 403; }}"),
            3,
            "location = /pub/x",
            $"{Open}; 8.8.8.8 /pub/x nothing; 8.8.8.8 /pub/y publisher:$arg_id"
        },
        {
            "a longer prefix",
            At($"location / {{ {Pub} }} location /static/ {{ root /x; }}"),
            3,
            "location /static/",
            "8.8.8.8 /pub publisher:$arg_id; 8.8.8.8 /static/x nothing"
        },
        {
            "a prefix that patterns are not asked after",
            At(
                "location ~ ^/s/(.*)$ { push_stream_subscriber; push_stream_channels_path $1; } location ^~ /s/private "
                    + "{ deny all; }"),
            3,
            "location ^~ /s/private",
            "8.8.8.8 /s/a streaming:$1; 8.8.8.8 /s/private/a nothing"
        },
        {
            "a pattern before",
            At($"location ~ \\.php$ {{ fastcgi_pass x; }} location /pub {{ {Pub} }}"),
            3,
            "location ~ \\.php$",
            $"{Open}; 8.8.8.8 /pub/x.php nothing"
        },
        {
            "a pattern that comes too late",
            At(
                "location ~ ^/s/(.*)$ { push_stream_subscriber; push_stream_channels_path $1; } location ~ \\.php$ { "
                    + "fastcgi_pass x; }"),
            0,
            "",
            "8.8.8.8 /s/x.php streaming:$1"
        },
        {
            "a prefix that gives way",
            At($"location / {{ root /x; }} {PubAt} }}"),
            0,
            "",
            $"{Open}; 8.8.8.8 /x nothing"
        },
        {
            "POSIX classes",
            At("location ~ ^/sub/([[:alnum:]_-]+)$ { push_stream_subscriber; push_stream_channels_path $1; }"),
            0,
            "",
            "8.8.8.8 /sub/aB9_- streaming:$1; 8.8.8.8 /sub/a:b nothing; 8.8.8.8 /sub/[: nothing"
        },
        {
            "letters are those of ASCII",
            At("location ~ ^/sub/(\\w+)$ { push_stream_subscriber; push_stream_channels_path $1; }"),
            0,
            "",
            "8.8.8.8 /sub/ab streaming:$1; 8.8.8.8 /sub/\u00e9 nothing"
        },
        {
            "a pattern that is none",
            At($"location ~ ^/(pub {{ {Pub} }} {PubAt} }}"),
            3,
            "no regular expression",
            "8.8.8.8 /pub closed"
        },
        { "a name and no path", At($"{PubAt} }} location @p {{ {Pub} }}"), 3, "location @p", Open },
        {
            "a location within one",
            At($"location /a {{ {Pub} location /a/b {{ {Sub} }} }}"),
            0,
            "",
            "8.8.8.8 /a publisher:$arg_id; 8.8.8.8 /a/b streaming:$arg_id"
        },
        {
            "a pattern within a prefix that is all of it",
            At(
                $"location /a {{ {Pub} location ~ ^/a/(.*)$ {{ push_stream_subscriber; push_stream_channels_path $1; "
                    + $"}} }}"),
            0,
            "",
            "8.8.8.8 /a publisher:$arg_id; 8.8.8.8 /a/b streaming:$1"
        },
        {
            "a pattern within a prefix that goes beyond it",
            At(
                $"location /a {{ location ~ (.*)$ {{ push_stream_subscriber; push_stream_channels_path $1; }} }} "
                    + $"{PubAt} }}"),
            3,
            "does not begin with ^ and the path",
            "8.8.8.8 /a/b nothing; 8.8.8.8 /pub nothing"
        },
        {
            "a pattern within ^~",
            At($"location ^~ /a {{ {Pub} location ~ ^/a/x {{ {Sub} }} }}"),
            3,
            "a pattern within a location of ^~",
            "8.8.8.8 /a/x nothing; 8.8.8.8 /a/y nothing"
        },
        {
            "within ^~ no pattern is asked",
            At($"location ^~ /a {{ location /a/b {{ {Sub} }} }} location ~ b$ {{ {Pub} }}"),
            3,
            "location ^~ /a",
            "8.8.8.8 /a/b streaming:$arg_id; 8.8.8.8 /a/bb streaming:$arg_id; 8.8.8.8 /a/xb nothing; 8.8.8.8 /b "
                + "publisher:$arg_id"
        },
        {
            "patterns within a location are asked before those beside it",
            At($"location ~ c$ {{ {Pub} }} location /a {{ location ~ ^/a/b {{ {Sub} }} }}"),
            0,
            "",
            "8.8.8.8 /a/bc streaming:$arg_id; 8.8.8.8 /c publisher:$arg_id"
        },
        {
            "two servers by name, one path",
            $"server {{ listen 80; server_name a; {PubAt} }} }} server {{ listen 80; server_name b; location /pub {{ "
                + $"push_stream_publisher; push_stream_channels_path b_$arg_id; }} }}",
            3,
            "does not choose by server_name",
            "8.8.8.8 /pub closed"
        },
        {
            "two servers by name, the same of both",
            $"server {{ listen 80; server_name a; {PubAt} }} }} server {{ listen 80; server_name b; {PubAt} }} }}",
            3,
            "does not choose by server_name",
            Open
        },
        {
            "two servers by name, two paths",
            $"server {{ listen 80; server_name a; {PubAt} deny all; }} }} server {{ listen 80; server_name b; location "
                + $"/sub {{ {Sub} }} }}",
            3,
            "does not choose by server_name",
            "8.8.8.8 /pub closed; 8.8.8.8 /sub streaming:$arg_id"
        },
        {
            "two servers by name, and one could have the other's paths",
            $"server {{ listen 80; server_name a; {PubAt} deny all; }} }} server {{ listen 80; server_name b; location "
                + $"~ b$ {{ {Pub} }} }}",
            3,
            "another server on the same address has some of the same paths",
            "8.8.8.8 /pub closed"
        },
        {
            "a server beside it that has nothing",
            $"server {{ listen 80 default_server; return 444; }} {At($"{PubAt} }}")}",
            3,
            "who asks for this one finds them too",
            Open
        },
        {
            "internal is handed down",
            At($"location /a {{ internal; location /a/pub {{ {Pub} }} }}"),
            3,
            "\"internal\"",
            "8.8.8.8 /a/pub closed"
        },
        {
            "a path that leads to an endpoint",
            At(
                $"{PubAt} }} location /old {{ rewrite ^/old/(.*)$ /pub?id=$1 last; }} location /x {{ rewrite ^ /y "
                    + $"last; }}"),
            3,
            "rewrite ^/old/(.*)$",
            $"{Open}; 8.8.8.8 /old/a nothing"
        },
        {
            "a type in an if",
            At($"{PubAt} if ($arg_x) {{ default_type text/html; }} }}"),
            3,
            "default_type text/html",
            Open
        },
        {
            "a word that is no kind",
            At($"{PubAt} }} location /s {{ push_stream_subscriber pigeon; push_stream_channels_path a; }}"),
            3,
            "it is no kind of endpoint",
            $"{Open}; 8.8.8.8 /s nothing"
        },
        {
            "words in quotes, and signs that are taken back",
            At(
                "location \"/pub\" { push_stream_publisher; push_stream_channels_path 'a\"$arg_id'; "
                    + "push_stream_store_messages \"on\"; }"),
            0,
            "",
            "8.8.8.8 /pub publisher:a\"$arg_id"
        },
    };
}
