namespace Halley.Server.Tests.Import;

// Which channel is meant.
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
            "8.8.8.8 /pub publisher:${arg_a}b"
        },
        {
            "a name that another begins with",
            At($"set $i x; set $id $arg_a; {PubId}"),
            0,
            "",
            "8.8.8.8 /pub publisher:$arg_a"
        },
        {
            "set in an if of a server",
            At($"set $id $arg_id; if ($arg_alt) {{ set $id $arg_alt; }} {PubId}"),
            3,
            "set $id $arg_alt | $id is no variable here",
            "8.8.8.8 /pub nothing; 127.0.0.1 /pub nothing"
        },
        {
            "set in an if of a location",
            At(
                "location /pub { push_stream_publisher; set $id a; if ($arg_b) { set $id b; } "
                    + "push_stream_channels_path $id; }"),
            3,
            "set $id b",
            "8.8.8.8 /pub nothing"
        },
        {
            "set by what is set in an if",
            At($"if ($arg_alt) {{ set $x 1; }} set $id $x; {PubId}"),
            3,
            "is no variable here",
            "8.8.8.8 /pub nothing"
        },
        {
            "set again behind the if",
            At($"if ($arg_alt) {{ set $id 1; }} set $id $arg_id; {PubId}"),
            3,
            "set $id 1",
            "8.8.8.8 /pub publisher:$arg_id"
        },
        {
            "set in an outer location is set for that alone",
            At("location /a { set $id x; location /a/pub { push_stream_publisher; push_stream_channels_path $id; } }"),
            3,
            "$id is no variable here",
            "8.8.8.8 /a/pub nothing"
        },
        { "a number in a server", At($"set $id $1; {PubId}"), 3, "$id is no variable here", "8.8.8.8 /pub nothing" },
        {
            "map",
            $"map $arg_u $id {{ default none; ~^[a-z]$ x; }} {At(PubId)}",
            3,
            "$id is no variable here",
            "8.8.8.8 /pub nothing"
        },
        {
            "geo",
            $"geo $id {{ default a; 10.0.0.0/8 b; }} {At(PubId)}",
            3,
            "$id is no variable here",
            "8.8.8.8 /pub nothing"
        },
        {
            "split_clients",
            $"split_clients $arg_a $id {{ 50% a; * b; }} {At(PubId)}",
            3,
            "$id is no variable here",
            "8.8.8.8 /pub nothing"
        },
        {
            "remote_user",
            At(PubId.Replace("$id", "$remote_user", StringComparison.Ordinal)),
            3,
            "$remote_user is no variable here",
            "8.8.8.8 /pub nothing"
        },
        {
            "a client's certificate",
            At(PubId.Replace("$id", "$ssl_client_s_dn", StringComparison.Ordinal)),
            3,
            "$ssl_client_s_dn is no variable",
            "8.8.8.8 /pub nothing"
        },
        {
            "a cookie and a field",
            At(PubId.Replace("$id", "${cookie_a}$http_x_b", StringComparison.Ordinal)),
            0,
            "",
            "8.8.8.8 /pub publisher:${cookie_a}$http_x_b"
        },
        {
            "no path at all",
            At("location /pub { push_stream_publisher; }"),
            3,
            "channels_path is missing",
            "8.8.8.8 /pub nothing"
        },
        {
            "a pattern of an if changes $1",
            At(
                "location ~ ^/sub/(.*)$ { push_stream_subscriber; push_stream_channels_path $1; if ($arg_q ~ (x)) { "
                    + "push_stream_last_event_id $arg_e; } }"),
            3,
            "if ($arg_q ~ (x))",
            "8.8.8.8 /sub/a closed"
        },
        {
            "variables in their old places",
            At(
                "location /pub { push_stream_publisher; set $push_stream_channel_id $arg_id; } location ~ /sub/(.*) { "
                    + "push_stream_subscriber; set $push_stream_channels_path $1; }"),
            0,
            "",
            "8.8.8.8 /pub publisher:$arg_id; 8.8.8.8 /sub/a streaming:$1"
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
            Open
        },
        {
            "a value that is none",
            At($"{PubAt} push_stream_store_messages maybe; }}"),
            3,
            "push_stream_store_messages maybe",
            Closed
        },
        {
            "a directive of push-stream that nobody knows",
            At($"{PubAt} push_stream_guard on; }}"),
            3,
            "push_stream_guard on",
            Closed
        },
        {
            "a condition that Halley does not know",
            At($"{PubAt} if (-f $uri) {{ push_stream_store_messages on; }} }}"),
            3,
            "Halley knows if ($variable)",
            Closed
        },
        {
            "a condition on a variable that Halley does not know",
            At($"{PubAt} if ($remote_addr = 1.2.3.4) {{ push_stream_store_messages on; }} }}"),
            3,
            "$remote_addr is no variable",
            "8.8.8.8 /pub nothing"
        },
    };
}
