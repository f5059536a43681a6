using System.Runtime.InteropServices;
using Halley.EndToEnd.Tests.Workers;
using Halley.Testing;

namespace Halley.EndToEnd.Tests.Reload;

/// <summary>A configuration that is read again while the server runs: what changes, for whom, what does not.</summary>
public sealed class ReloadedConfiguration
{
    private const string Workers = """
        "engine": { "workers": 2, "reactors": 1 },
        """;

    private const string Pub = """{ "location": "/pub", "kind": "publisher", "channels_path": "$arg_id" }""";

    private const string Stream = """{ "location": "/a", "kind": "streaming", "channels_path": "$arg_id" }""";

    public static TheoryData<string> Processes => ["", Workers];

    [Theory]
    [MemberData(nameof(Processes))]
    public async Task Endpoints_change_and_what_is_held_stays(string processes)
    {
        await using var server = await JsonServer.StartAsync($"{Pub}, {Stream}", processes);
        using var held = await RawHttpClient.ConnectAsync(server.Own);
        await held.GetAsync("/a?id=news");
        Assert.Equal(200, (await held.ReadResponseAsync()).Status);

        await server.WriteAsync($"{Pub}, {Stream.Replace("/a", "/b", StringComparison.Ordinal)}", processes);
        Assert.Equal("""{"changed":["listeners"],"needs_restart":[]}""", await server.ReloadAsync());

        Assert.Equal(404, await AskOwnAsync(server, "/a?id=news"));
        Assert.Equal(200, await AskOwnAsync(server, "/b?id=news"));
        Assert.Equal(200, await AskOwnAsync(server, "/pub?id=news", "hello"));
        await held.ReadThroughAsync("hello");
    }

    [Theory]
    [MemberData(nameof(Processes))]
    public async Task A_connection_that_is_kept_meets_other_address_rules_with_its_next_request(string processes)
    {
        await using var server = await JsonServer.StartAsync(Pub, processes);
        using var kept = await RawHttpClient.ConnectAsync(server.Front);
        Assert.Equal(200, await AskAsync(kept, "/ping"));

        await server.WriteAsync(Pub, processes, front: """
            "allow": ["10.0.0.1"],
            """);
        Assert.Equal("""{"changed":["front.allow"],"needs_restart":[]}""", await server.ReloadAsync());

        Assert.Equal(403, await AskAsync(kept, "/sub?cname=a"));
    }

    [Theory]
    [MemberData(nameof(Processes))]
    public async Task Namespaces_and_limits_hold_from_then_on(string processes)
    {
        await using var server = await JsonServer.StartAsync(Pub, processes);
        Assert.Contains("next_seq", await PollAsync(server, "secret-1"));

        await server.WriteAsync(
            Pub,
            processes + """
            "namespaces": [ { "prefix": "secret-", "subscribe": "nobody" } ],
            """,
            """
            "max_channel_name": 10,
            """);
        Assert.Equal(
            """{"changed":["front.max_channel_name","namespaces"],"needs_restart":[]}""", await server.ReloadAsync());

        Assert.Contains("\"401\"", await PollAsync(server, "secret-1"));
        Assert.Equal(400, await AskAsync(server, "/poll?cname=elevenbytes&seq=0"));
    }

    [Theory]
    [MemberData(nameof(Processes))]
    public async Task A_subscriber_needs_a_token_once_auth_says_so(string processes)
    {
        await using var server = await JsonServer.StartAsync(Pub, processes);
        Assert.Contains("next_seq", await PollAsync(server, "a"));

        await server.WriteAsync(Pub, processes + SignedToken.Section, """
            "auth": "jwt",
            """);
        await server.ReloadAsync();

        Assert.Contains("\"401\"", await PollAsync(server, "a"));
        var token = SignedToken.Of("""
            "sub":"anna","subscribe":["a"]
            """);
        Assert.Contains("next_seq", await PollAsync(server, $"a&access_token={token}"));
    }

    [Theory]
    [MemberData(nameof(Processes))]
    public async Task A_listener_asks_who_somebody_is_once_its_auth_says_so(string processes)
    {
        var jwt = processes + SignedToken.Section;
        await using var server = await JsonServer.StartAsync($"{Pub}, {Stream}", jwt);
        Assert.Equal(200, await AskOwnAsync(server, "/pub?id=news", "hello"));

        await server.WriteAsync($"{Pub}, {Stream}", jwt, own: """
            "auth": "jwt", "jwt_query": "t",
            """);
        Assert.Equal("""{"changed":["listeners"],"needs_restart":[]}""", await server.ReloadAsync());

        var token = SignedToken.Of("""
            "subscribe":["news"],"publish":["news"]
            """);
        Assert.Equal(401, await AskOwnAsync(server, "/pub?id=news", "hello"));
        Assert.Equal(401, await AskOwnAsync(server, $"/pub?id=news&access_token={token}", "hello"));
        Assert.Equal(200, await AskOwnAsync(server, $"/pub?id=news&t={token}", "hello"));
        Assert.Equal(401, await AskOwnAsync(server, "/a?id=news"));
    }

    [Fact]
    public async Task Keys_are_read_again_from_their_file()
    {
        await using var server = await JsonServer.StartAsync(Pub, admin: """
            "api_keys_file": "keys",
            """, start: folder => File.WriteAllText(Path.Combine(folder, "keys"), "the-first-key-of-all\n"));
        var keys = Path.Combine(Path.GetDirectoryName(server.ConfPath)!, "keys");
        await File.WriteAllTextAsync(keys, "a-key-of-the-next-year\n", TestContext.Current.CancellationToken);

        Assert.Equal(
            """{"changed":[],"needs_restart":[]}""",
            await server.ReloadAsync("X-API-Key: the-first-key-of-all\r\n"));

        Assert.Contains("unauthorized", await server.ReloadAsync("X-API-Key: the-first-key-of-all\r\n"));
        Assert.Contains("changed", await server.ReloadAsync("X-API-Key: a-key-of-the-next-year\r\n"));
    }

    [Theory]
    [MemberData(nameof(Processes))]
    public async Task A_mistake_changes_nothing_and_is_told_with_its_line(string processes)
    {
        await using var server = await JsonServer.StartAsync(Pub, processes);

        await server.WriteAsync(Pub, processes, front: """
            "deny": ["all"], "max_channels": "many",
            """);

        Assert.Equal(
            $$$"""{"error":{"code":"bad_configuration","message":"{{{server.ConfPath}}}:3: front.max_channels is """
            + """\u0022many\u0022; it wants a whole number from 1 to 2147483647"}}""",
            await server.ReloadAsync());
        Assert.Equal(200, await AskAsync(server, "/poll?cname=a&seq=0"));
        await WorkerCase.UntilAsync(
            () => server.Process.Output.Contains("The configuration holds as before"), "It says so.");
    }

    [Theory]
    [MemberData(nameof(Processes))]
    public async Task A_file_that_cannot_be_used_changes_nothing_in_any_process(string processes)
    {
        await using var server = await JsonServer.StartAsync(Pub, processes);

        await server.WriteAsync(
            Pub,
            processes + """
            "jwt": { "secrets_file": "nowhere" },
            """,
            """
            "deny": ["all"],
            """);

        Assert.Contains("nowhere", await server.ReloadAsync());
        Assert.Equal(200, await AskAsync(server, "/poll?cname=a&seq=0"));
    }

    [Theory]
    [MemberData(nameof(Processes))]
    public async Task What_needs_a_restart_is_named_and_holds_as_before(string processes)
    {
        await using var server = await JsonServer.StartAsync(Pub, processes);

        await server.WriteAsync(
            Stream,
            """
            "storage": { "path": "elsewhere" }, "engine": { "workers": 3, "reactors": 1 },
            """,
            """
            "deny": ["all"],
            """,
            own: """
            "ipv6_only": false, "tcp_keepalive": 77,
            """);
        var answer = await server.ReloadAsync();

        Assert.Contains("""{"changed":["front.deny"],"needs_restart":["listeners",""", answer);
        Assert.Contains("\"storage.path\"", answer);
        Assert.Contains("\"engine.workers\"", answer);
        Assert.Equal(403, await AskAsync(server, "/poll?cname=a&seq=0"));
        Assert.Equal(200, await AskOwnAsync(server, "/pub?id=a", "hello"));
        await WorkerCase.UntilAsync(
            () => server.Process.Output.Contains("Needs a restart, and holds as before: listeners,"), "It says so.");
    }

    [Fact]
    public async Task A_worker_that_is_started_later_has_what_was_read_last()
    {
        await using var server = await JsonServer.StartAsync(Pub, Workers);
        await server.WriteAsync(Pub, Workers, """
            "deny": ["all"],
            """);
        await server.ReloadAsync();
        var before = WorkerCase.WorkersOf(server.Process.Id);

        before.ForEach(worker => ServerProcess.Signal(worker, (PosixSignal)9));
        await WorkerCase.UntilAsync(
            () => WorkerCase.WorkersOf(server.Process.Id).Except(before).Count() == 2
                && server.Process.Output.Split("is started again").Length == 3,
            "Others are started.");
        await server.Process.UntilListeningAsync(server.Front);

        Assert.Equal(403, await AskAsync(server, "/poll?cname=a&seq=0"));
    }

    [Fact]
    public async Task A_hang_up_has_it_read_again_too()
    {
        await using var server = await JsonServer.StartAsync(Pub);
        await server.WriteAsync(Pub, front: """
            "deny": ["all"],
            """, own: """
            "tcp_keepalive": 77,
            """);

        server.Process.Signal(PosixSignal.SIGHUP);
        await WorkerCase.UntilAsync(() => server.Process.Output.Contains("Needs a restart"), "It says so.");

        Assert.Equal(403, await AskAsync(server, "/poll?cname=a&seq=0"));
    }

    [Fact]
    public async Task The_command_line_has_the_server_of_the_pidfile_read_it_again_unless_it_is_wrong()
    {
        const string Pidfile = """
            "pidfile": "halley.pid",
            """;
        await using var server = await JsonServer.StartAsync(Pub, Pidfile);
        await server.WriteAsync(Pub, Pidfile, """
            "deny": ["nobody"],
            """);
        await using (var wrong = ServerProcess.Start("/", [server.ConfPath, "-s", "reload"]))
        {
            Assert.Equal(1, await wrong.UntilExitAsync());
            Assert.Contains("halley.json:3: front.deny is \"nobody\"", wrong.Errors);
        }

        Assert.DoesNotContain("The configuration", server.Process.Output);
        await server.WriteAsync(Pub, Pidfile, """
            "deny": ["all"],
            """, own: """
            "tcp_keepalive": 77,
            """);
        await using (var right = ServerProcess.Start("/", [server.ConfPath, "-s", "reload"]))
        {
            Assert.Equal(0, await right.UntilExitAsync());
            Assert.Equal(
                $"halley: process {server.Process.Id} reads its configuration again; its log says what came of that\n",
                right.Output);
        }

        await WorkerCase.UntilAsync(() => server.Process.Output.Contains("Needs a restart"), "It says so.");
        Assert.Equal(403, await AskAsync(server, "/poll?cname=a&seq=0"));
    }

    [Fact]
    public async Task The_level_of_the_log_changes()
    {
        await using var server = await JsonServer.StartAsync(Pub);
        var text = await File.ReadAllTextAsync(server.ConfPath, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            server.ConfPath,
            text.Replace("\"warn\"", "\"debug\"", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        Assert.Equal("""{"changed":["logger.level"],"needs_restart":[]}""", await server.ReloadAsync());

        await WorkerCase.UntilAsync(
            () => server.Process.Output.Contains("otherwise now: logger.level"), "Information is written.");
    }

    private static async Task<int> AskAsync(JsonServer server, string target)
    {
        using var client = await RawHttpClient.ConnectAsync(server.Front);
        return await AskAsync(client, target);
    }

    private static async Task<int> AskAsync(RawHttpClient client, string target)
    {
        await client.SendAsync($"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        var response = await client.ReadResponseAsync();
        if (response.Status != 200)
        {
            await response.ReadBodyAsync();
            return response.Status;
        }

        if (target == "/ping")
        {
            await response.ReadBodyAsync();
        }

        return response.Status;
    }

    // A refusal is a message here, as with iComet.
    private static async Task<string> PollAsync(JsonServer server, string channel)
    {
        using var client = await RawHttpClient.ConnectAsync(server.Front);
        await client.SendAsync($"GET /poll?cname={channel}&seq=0 HTTP/1.1\r\nHost: localhost\r\n\r\n");
        return await (await client.ReadResponseAsync()).ReadBodyAsync();
    }

    private static async Task<int> AskOwnAsync(JsonServer server, string target, string? body = null)
    {
        using var client = await RawHttpClient.ConnectAsync(server.Own);
        await (body is null ? client.GetAsync(target) : client.PostAsync(target, body));
        return (await client.ReadResponseAsync()).Status;
    }
}
