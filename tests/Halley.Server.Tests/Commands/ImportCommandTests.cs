using System.Text.Json;
using Halley.Server.Commands;
using Halley.Server.Configuration;

namespace Halley.Server.Tests.Commands;

public sealed class ImportCommandTests : IDisposable
{
    private static readonly JsonSerializerOptions AsWritten =
        new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TemporaryDirectory _directory = new();
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly StringWriter _error = new() { NewLine = "\n" };

    public void Dispose()
    {
        _directory.Dispose();
        _output.Dispose();
        _error.Dispose();
    }

    [Fact]
    public void What_holds_for_the_server_is_taken_over_in_seconds_and_bytes()
    {
        var json = Import(
            """
            push_stream_shared_memory_size 32m zone; push_stream_message_ttl 5m;
                push_stream_channel_inactivity_time 1500ms;
            push_stream_max_messages_stored_per_channel 20; push_stream_timeout_with_body on;
                push_stream_ping_message_text "a b";
            push_stream_broadcast_channel_prefix broad_;
            server { listen 127.0.0.1:9080; location /p { push_stream_publisher; push_stream_channels_path $arg_id; } }
            """);
        Assert.Equal(
            """{"shared_memory_size":33554432,"message_ttl":300,"channel_inactivity_time":2,"""
                + "\"max_messages_stored_per_channel\":20,\"timeout_with_body\":true,\"ping_message_text\":\"a b\","
                + "\"wildcard_channel_prefix\":\"broad_\"}",
            Compact(json.GetProperty("push_stream")));
        Assert.Equal("", $"{_error}");
    }

    [Theory]
    [InlineData(
        "push_stream_header_template_file h.txt",
        "push_stream_header_template H",
        "header_template",
        "H",
        "header_template_file")]
    [InlineData(
        "push_stream_header_template H",
        "push_stream_header_template_file h.txt",
        "header_template_file",
        "h.txt",
        "header_template")]
    public void A_header_template_of_a_location_overrules_one_from_a_file_further_out_and_the_other_way_round(
        string outer, string inner, string key, string value, string overruled)
    {
        var json = Import(
            $"{outer}; server {{ location /s {{ push_stream_subscriber; push_stream_channels_path $arg_id; {inner}; }} "
                + $"}}",
            "h.txt");
        var endpoint = json.GetProperty("listeners")[0].GetProperty("endpoints")[0];
        Assert.Equal(
            key == "header_template_file" ? _directory.At(value) : value, endpoint.GetProperty(key).GetString());
        Assert.False(endpoint.TryGetProperty(overruled, out _));
    }

    [Fact]
    public void A_limit_of_request_bodies_is_none_of_a_websockets_messages()
    {
        var json = Import(
            "client_max_body_size 1k; server { location /w { push_stream_subscriber websocket; "
                + "push_stream_channels_path $arg_id; } }");
        Assert.False(json.GetProperty("listeners")[0].GetProperty("endpoints")[0].TryGetProperty("max_body", out _));
    }

    [Theory]
    [InlineData("streaming", true)]
    [InlineData("polling", true)]
    [InlineData("websocket", false)]
    public void How_long_polls_wait_goes_to_every_location_that_can_be_asked_for_long_polling(string kind, bool isTaken)
    {
        var json = Import(
            $"push_stream_longpolling_connection_ttl 5s; server {{ location /s {{ push_stream_subscriber {kind}; "
                + $"push_stream_channels_path $arg_id; }} }}");
        var endpoint = json.GetProperty("listeners")[0].GetProperty("endpoints")[0];
        Assert.Equal(isTaken, endpoint.TryGetProperty("longpolling_connection_ttl", out _));
    }

    [Theory]
    [InlineData("push_stream_publisher", "publisher")]
    [InlineData("push_stream_publisher admin", "publisher-admin")]
    [InlineData("push_stream_channels_statistics", "statistics")]
    [InlineData("push_stream_subscriber", "streaming")]
    [InlineData("push_stream_subscriber long-polling", "long-polling")]
    [InlineData("push_stream_subscriber eventsource", "eventsource")]
    [InlineData("push_stream_websocket", "websocket")]
    public void Each_kind_of_location_becomes_an_endpoint(string directive, string kind) =>
        Assert.Equal(kind, Endpoint($"location /x {{ {directive}; }}").GetProperty("kind").GetString());

    [Theory]
    [InlineData("/sub", "/sub")]
    [InlineData("= /sub", "= /sub")]
    [InlineData("=/sub", "= /sub")]
    [InlineData("^~ /sub", "^~ /sub")]
    [InlineData("~ ^/sub/(.*)$", "~ ^/sub/(.*)$")]
    [InlineData("~^/sub/(.*)$", "~ ^/sub/(.*)$")]
    [InlineData("~* \"/SUB/([a-z]{2})\"", "~* /SUB/([a-z]{2})")]
    public void Paths_and_patterns_stay_what_they_are(string written, string location) =>
        Assert.Equal(
            location,
            Endpoint($"location {written} {{ push_stream_subscriber; }}").GetProperty("location").GetString());

    [Fact]
    public void An_option_comes_from_the_nearest_block_that_sets_it()
    {
        var json = Import(
            """
            push_stream_ping_message_interval 10s; push_stream_footer_template outer; push_stream_channels_path a;
            server { listen 127.0.0.1:1; push_stream_footer_template inner;
                location /a { push_stream_subscriber; push_stream_message_template "~text~\r\n";
                    location /a/b { push_stream_subscriber polling; push_stream_footer_template own; } } }
            """);
        Assert.Equal(
            """[{"location":"/a","kind":"streaming","channels_path":"a","message_template":"~text~\r\n","""
                + "\"footer_template\":\"inner\",\"ping_message_interval\":\"10s\"},"
                + """{"location":"/a/b","kind":"polling","channels_path":"a","message_template":"~text~\r\n","""
                + "\"footer_template\":\"own\",\"ping_message_interval\":\"10s\"}]",
            Compact(json.GetProperty("listeners")[0].GetProperty("endpoints")));
    }

    [Theory]
    [InlineData("if ($arg_qs = \"on\")", "$arg_qs = on")]
    [InlineData("if ( $arg_qs != off )", "$arg_qs != off")]
    [InlineData("if ($arg_qs = \"\")", "$arg_qs = \"\"")]
    [InlineData("if ($arg_qs)", "$arg_qs")]
    [InlineData("if ($http_user_agent ~* \"opera mini\")", "$http_user_agent ~* opera mini")]
    public void Conditions_stay_what_they_are(string written, string when)
    {
        var endpoint = Endpoint(
            $"location /x {{ push_stream_subscriber; {written} {{ push_stream_last_event_id $arg_e; }} }}");
        Assert.Equal(
            $$"""[{"when":{{JsonSerializer.Serialize(when, AsWritten)}},"last_event_id":"$arg_e"}]""",
            Compact(endpoint.GetProperty("if")));
    }

    [Fact]
    public void Variables_that_are_set_are_put_in()
    {
        var endpoint = Endpoint(
            "set $who $arg_id; location /x { set $all ${who}/all; push_stream_publisher; push_stream_channels_path "
                + "$all; }");
        Assert.Equal("$arg_id/all", endpoint.GetProperty("channels_path").GetString());
    }

    [Theory]
    [InlineData("allow 10.1.2.3; allow 192.168.0.0/16; deny all;", """["10.1.2.3","192.168.0.0/16"]""", """["all"]""")]
    [InlineData("deny 10.0.0.0/8; allow all;", """["all"]""", """["10.0.0.0/8"]""")]
    public void Who_may_come_stays(string rules, string allow, string deny)
    {
        var endpoint = Endpoint($"location /x {{ push_stream_publisher; {rules} }}");
        Assert.Equal((allow, deny), (Compact(endpoint.GetProperty("allow")), Compact(endpoint.GetProperty("deny"))));
    }

    [Fact]
    public void Rules_that_cannot_be_said_let_only_this_machine_in()
    {
        var endpoint = Endpoint("location /x { push_stream_publisher; allow somewhere; deny all; }");
        Assert.Equal("""["127.0.0.1","::1"]""", Compact(endpoint.GetProperty("allow")));
        Assert.Contains(
            "so only this machine may come to location /x; write its allow and deny yourself",
            $"{_error}",
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_does_harm_stays_open_as_it_was_and_that_is_told()
    {
        var json = Import(
            "server { listen 80; push_stream_channels_path a; location /pub { push_stream_publisher admin; } location "
                + "/sub { push_stream_subscriber; } }");
        var endpoints = json.GetProperty("listeners")[0].GetProperty("endpoints");
        Assert.Equal("""["all"]""", Compact(endpoints[0].GetProperty("allow")));
        Assert.False(endpoints[1].TryGetProperty("allow", out _));
        Assert.Contains("everybody who reaches :80 may use \"location /pub\"", $"{_error}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", ":80")]
    [InlineData("listen 8080;", ":8080")]
    [InlineData("listen *:8080 default_server;", ":8080")]
    [InlineData("listen 127.0.0.1;", "127.0.0.1:80")]
    [InlineData("listen [::1]:81;", "[::1]:81")]
    [InlineData("listen 127.0.0.1:1; listen 127.0.0.1:2;", "127.0.0.1:1 127.0.0.1:2")]
    public void Ports_stay_what_they_are(string listen, string expected)
    {
        var json = Import(
            $"server {{ push_stream_channels_path a; {listen} location /x {{ push_stream_subscriber; }} }}");
        Assert.Equal(
            expected, string.Join(
                ' ', json.GetProperty("listeners").EnumerateArray().Select(
                    listener => listener.GetProperty("listen").GetString())));
    }

    [Theory]
    [InlineData(
        "location /x { push_stream_subscriber; add_header X 1; }",
        "nginx.conf:1: \"add_header X 1\" is not taken over: Halley has nothing like it")]
    [InlineData(
        "location /x { push_stream_subscriber; push_stream_new on; }",
        "\"push_stream_new on\" is not taken over: Halley has nothing like it")]
    [InlineData(
        "location /x { push_stream_subscriber; push_stream_store_messages maybe; push_stream_footer_template a b; }",
        "\"push_stream_footer_template a b\" is not taken over: its value is none that nginx-push-stream-module takes")]
    [InlineData(
        "location /y { push_stream_subscriber; } location /x { push_stream_subscriber carrier-pigeon; }",
        "\"push_stream_subscriber carrier-pigeon\" is not taken over: it is no kind of endpoint")]
    [InlineData(
        "location /x { push_stream_subscriber; if (-f $uri) { push_stream_store_messages on; } }",
        "Halley knows if ($variable)")]
    [InlineData(
        "location /x { push_stream_subscriber; if ($arg_a) { return 403; } }",
        "\"return 403\" is not taken over: it cannot stand in an if of Halley's")]
    [InlineData("listen 443 ssl; location /x { push_stream_subscriber; }", "Halley does not speak TLS")]
    [InlineData(
        "listen unix:/run/x; location /x { push_stream_subscriber; }", "it is no address that Halley can listen on")]
    [InlineData("location /x { push_stream_publisher; client_max_body_size 0; }", "Halley wants a limit")]
    public void What_cannot_be_taken_over_is_named(string server, string sentence)
    {
        Import($"server {{ listen 127.0.0.1:1; push_stream_channels_path a; {server} }}");
        Assert.Contains(sentence, $"{_error}", StringComparison.Ordinal);
    }

    [Fact]
    public void Servers_on_one_address_become_one_listener()
    {
        var json = Import(
            """
            push_stream_channels_path a;
            server { listen 127.0.0.1:1; server_name a; location /x { push_stream_subscriber; } }
            server { listen 127.0.0.1:1; server_name b;
                location /x { push_stream_publisher; } location /y { push_stream_publisher; } }
            """);
        Assert.Equal(
            ["/x", "/y"], json.GetProperty("listeners")[0].GetProperty("endpoints").EnumerateArray().Select(
                endpoint => endpoint.GetProperty("location").GetString()));
        Assert.Contains("does not choose by server_name", $"{_error}", StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:1 has that location already", $"{_error}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_without_push_stream_is_refused_with_a_sentence()
    {
        var refusal = Assert.Throws<CommandException>(() => Import("server { location / { root /var/www; } }"));
        Assert.StartsWith("there is no location with push_stream_publisher", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_printed_is_a_configuration()
    {
        Import(
            """
            push_stream_shared_memory_size 32m;
            server { listen 127.0.0.1:0;
                location /pub { push_stream_publisher admin; push_stream_channels_path $arg_id;
                    push_stream_store_messages on; }
                location ~ ^/ws/(.*)$ { push_stream_subscriber websocket; push_stream_channels_path $1;
                    push_stream_ping_message_interval 2500ms;
                    if ($arg_x = "") { push_stream_store_messages on; } } }
            """);
        HalleyConfiguration.Load(_directory.Write("halley.json", $"{_output}"), new Dictionary<string, string>(), []);
    }

    private static string Compact(JsonElement json) => JsonSerializer.Serialize(json, AsWritten);

    private JsonElement Endpoint(string server) =>
        Import($"server {{ listen 127.0.0.1:1; push_stream_channels_path a; {server} }}")
            .GetProperty("listeners")[0].GetProperty("endpoints")[0];

    // Whether the status says that all was taken over is asked in ImportTable.
    private JsonElement Import(string http, params string[] files)
    {
        foreach (var file in files)
        {
            _directory.Write(file, "");
        }

        Assert.Contains(
            ImportCommand.Run(_directory.Write("nginx.conf", "http { " + http + "\n}"), _output, _error),
            new[] { 0, ImportCommand.Incomplete });
        return JsonDocument.Parse($"{_output}").RootElement;
    }
}
