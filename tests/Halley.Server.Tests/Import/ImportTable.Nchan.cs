namespace Halley.Server.Tests.Import;

// What nchan is told.
public sealed partial class ImportTable
{
    public static TheoryData<string, string, int, string, string> Nchan => new()
    {
        {
            "a publisher and a subscriber",
            At(
                "location ~ ^/p/(.*)$ { nchan_publisher; nchan_channel_id $1; deny all; } location ~ ^/s/(.*)$ { "
                    + "nchan_subscriber websocket sse; nchan_channel_id $1; nchan_subscriber_timeout 1h; }"),
            0,
            "",
            "8.8.8.8 /p/a closed; 8.8.8.8 /s/a nchan_subscriber:$1"
        },
        {
            "a pubsub location",
            At(
                "location /ps { nchan_pubsub; nchan_channel_id $arg_id $arg_b; nchan_message_buffer_length 5; "
                    + "nchan_store_messages on; }"),
            0,
            "",
            "8.8.8.8 /ps nchan_pubsub:$arg_id,$arg_b"
        },
        {
            "one that only subscribes",
            At("location /ps { nchan_pubsub eventsource; nchan_channel_id a; }"),
            0,
            "",
            "8.8.8.8 /ps nchan_subscriber:a"
        },
        {
            "two words that are one",
            At("location /ps { nchan_publisher http; nchan_subscriber eventsource; nchan_channel_id a; }"),
            0,
            "",
            "8.8.8.8 /ps nchan_pubsub:a"
        },
        {
            "publishing over WebSockets alone, where nobody subscribes",
            At("location /p { nchan_publisher websocket; nchan_channel_id a; }"),
            3,
            "nchan_publisher websocket",
            "8.8.8.8 /p nothing"
        },
        {
            "everybody may, as in nginx",
            At("location /p { nchan_publisher; nchan_channel_id a; allow all; }"),
            0,
            "",
            "8.8.8.8 /p nchan_publisher:a"
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
            "8.8.8.8 /p nchan_publisher:$arg_id; 8.8.8.8 /s nchan_subscriber:$arg_id"
        },
        {
            "names that nchan has besides",
            At("location /s { nchan_subscriber_location; nchan_pubsub_channel_id a; }"),
            0,
            "",
            "8.8.8.8 /s nchan_subscriber:a"
        },
        {
            "what is said in the server's block",
            "server { listen 80; nchan_pubsub; nchan_channel_id a; location /x { deny all; } }",
            0,
            "",
            "8.8.8.8 /y nchan_pubsub:a; 8.8.8.8 /x closed"
        },
        {
            "what is handed down",
            At("location /a { nchan_subscriber; nchan_channel_id a; location /a/b { deny all; } }"),
            0,
            "",
            "8.8.8.8 /a nchan_subscriber:a; 8.8.8.8 /a/b closed"
        },
        {
            "a backend that is asked",
            At(
                "location /s { nchan_subscriber; nchan_channel_id a; nchan_authorize_request /auth; } location = /auth "
                    + "{ internal; proxy_pass http://127.0.0.1:9/a.php; proxy_pass_request_body off; proxy_set_header "
                    + "X-Original-URI $request_uri; }"),
            0,
            "",
            "8.8.8.8 /s nchan_subscriber:a"
        },
        {
            "a backend that is told more",
            At(
                "location /s { nchan_subscriber; nchan_channel_id a; nchan_authorize_request /auth; } location = /auth "
                    + "{ proxy_pass http://127.0.0.1:9; proxy_set_header X-User $remote_user; }"),
            3,
            "nchan_authorize_request /auth",
            "8.8.8.8 /s closed"
        },
        {
            "a backend that is not there",
            At("location /s { nchan_subscriber; nchan_channel_id a; nchan_authorize_request /auth; }"),
            3,
            "nchan_authorize_request /auth",
            "8.8.8.8 /s closed"
        },
        {
            "a part of what a group's location does",
            At("location /g { nchan_group_location get; nchan_channel_group a; }"),
            3,
            "get, set and delete",
            "8.8.8.8 /g nothing"
        },
        {
            "a group",
            At(
                "location /g { nchan_group_location; nchan_channel_group $arg_g; nchan_group_max_channels $arg_max; "
                    + "deny all; }"),
            0,
            "",
            "8.8.8.8 /g closed"
        },
        {
            "Redis",
            "nchan_redis_url redis://x; "
                + $"{At("location /s { nchan_subscriber; nchan_channel_id a; nchan_use_redis on; }")}",
            3,
            "nchan_use_redis on | nchan_redis_url",
            "8.8.8.8 /s nchan_subscriber:a"
        },
        {
            "an if",
            At("location /s { nchan_subscriber; nchan_channel_id a; if ($arg_x) { nchan_channel_id b; } }"),
            3,
            "nchan_channel_id b",
            "8.8.8.8 /s closed"
        },
        {
            "a location that Halley does not have",
            At("location /s { nchan_subscriber; nchan_channel_id a; } location /s/status { nchan_stub_status; }"),
            3,
            "nchan_stub_status",
            "8.8.8.8 /s nchan_subscriber:a; 8.8.8.8 /s/status nothing"
        },
        {
            "a value out of a variable",
            At("location /s { nchan_publisher; nchan_channel_id a; nchan_message_timeout $arg_t; }"),
            3,
            "nchan_message_timeout $arg_t",
            "8.8.8.8 /s closed"
        },
        {
            "every origin",
            At("location /s { nchan_subscriber; nchan_channel_id a; nchan_access_control_allow_origin $http_origin; }"),
            3,
            "a list of origins",
            "8.8.8.8 /s nchan_subscriber:a"
        },
        {
            "a directive that nobody knows",
            At("location /s { nchan_subscriber; nchan_channel_id a; nchan_guard on; }"),
            3,
            "nchan_guard on",
            "8.8.8.8 /s closed"
        },
    };
}
