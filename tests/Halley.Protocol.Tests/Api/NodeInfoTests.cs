using System.Text.Json;
using Halley.Protocol.Clients;
using Halley.Protocol.Dialects.Api;
using Halley.Testing.Doubles;

namespace Halley.Protocol.Tests.Api;

/// <summary>What the API says in Centrifugo's form of the servers that share the channels.</summary>
public sealed class NodeInfoTests : IDisposable
{
    private readonly ApiNode _node = new(form: ApiForm.Centrifugo);
    private readonly ClientRegistry _clients;
    private int _held;

    public NodeInfoTests()
    {
        _clients = new ClientRegistry(ClientLimits.None, _node.Time);
        NodeSurvey.AnswerForProcess(_node.Hub, _clients, () => _held);
        NodeSurvey.AnswerForNode(_node.Hub, "here", "1.2.3", _node.Time);
    }

    public void Dispose() => _node.Dispose();

    [Fact]
    public async Task A_server_says_who_it_is_how_long_it_runs_and_how_many_clients_and_users_it_has()
    {
        Come("anna", "anna", "");
        _node.Time.AdvanceSeconds(90);
        _node.Hub.Broker.Publish("news".Utf8(), new Publication("1".Utf8())).Now();

        var node = await NodeAsync();

        Assert.Equal(
            ("here", "1.2.3", 3, 2, 1, 0, 90),
            (node.GetProperty("name").GetString(), node.GetProperty("version").GetString(),
                Number("num_clients"), Number("num_users"), Number("num_channels"), Number("num_subs"),
                Number("uptime")));
        Assert.NotEqual("", node.GetProperty("uid").GetString());
        Assert.Equal(node.GetProperty("uid").GetString(), (await NodeAsync()).GetProperty("uid").GetString());
        Assert.InRange(node.GetProperty("process").GetProperty("rss").GetInt64(), 1, long.MaxValue);
        Assert.False(node.TryGetProperty("num_users_estimated", out _));

        int Number(string name) => node.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task A_user_who_is_in_several_of_its_processes_counts_once()
    {
        Come("anna", "ben");
        Beside("ben", "carl");

        Assert.Equal(3, (await NodeAsync()).GetProperty("num_users").GetInt32());
        Assert.Equal(4, (await NodeAsync()).GetProperty("num_clients").GetInt32());
    }

    [Fact]
    public async Task So_many_users_in_several_processes_are_estimated_and_that_is_said()
    {
        string[] some = [.. Enumerable.Range(0, 8000).Select(number => $"user{number}")];
        Come(some[..5000]);
        Beside(some[3000..]);

        var node = await NodeAsync();

        Assert.True(node.GetProperty("num_users_estimated").GetBoolean());
        Assert.InRange(node.GetProperty("num_users").GetInt32(), 7200, 8800);
    }

    [Fact]
    public async Task Those_who_have_gone_count_no_more()
    {
        var client = Come("anna")[0];
        _clients.Remove(client);
        _held--;

        Assert.Equal(0, (await NodeAsync()).GetProperty("num_users").GetInt32());
    }

    // Users are counted on another thread.
    private async Task<JsonElement> NodeAsync()
    {
        var exchange = _node.Post("info", "{}");
        while (exchange.Head is null)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
            _node.Dispatcher.RunAll();
        }

        var nodes = JsonElement.Parse(exchange.Body).GetProperty("result").GetProperty("nodes");
        return Assert.Single(nodes.EnumerateArray());
    }

    private List<AdmittedClient> Come(params string[] users)
    {
        _held += users.Length;
        return Come(_clients, users);
    }

    private List<AdmittedClient> Come(ClientRegistry registry, string[] users)
    {
        List<AdmittedClient> clients =
            [.. users.Select(user => new AdmittedClient(registry, _node.Dispatcher, null, user))];
        clients.ForEach(registry.Add);
        return clients;
    }

    // A worker of the server.
    private void Beside(params string[] users)
    {
        var worker = new ClientRegistry(ClientLimits.None, _node.Time);
        Come(worker, users);
        var hub = new Hub(new HubOptions(), _node.Time);
        NodeSurvey.AnswerForProcess(hub, worker, () => users.Length);
        _node.Hub.AsksAlso(async (question, argument) =>
            await hub.Answer(question, argument) is { } answer ? [answer] : []);
    }
}
