using System.Globalization;
using System.Threading.Channels;
using Halley.Testing;

namespace Halley.Client.Tests.RealServer;

/// <summary>A server's process, with a switch before each of its ports, and clients of it.</summary>
public abstract class ServerCase : IAsyncLifetime
{
    private readonly List<IDisposable> _toDispose = [];
    private readonly CancellationTokenSource _leaving = new(2 * RawHttpClient.Patience);
    private ICometServer? _server;
    private TcpSwitch? _front;
    private TcpSwitch? _api;

    /// <summary>By the switches. Its waits between connections are short.</summary>
    internal HalleyClient Client(HalleyTransport transport = default, string auth = "", int max = 1 << 20)
    {
        var client = new HalleyClient(new HalleyClientOptions
        {
            FrontAddress = new Uri($"http://{Front.Address}/"),
            ApiAddress = new Uri($"http://{Api.Address}/api/"),
            Transport = transport,
            MinReconnectDelay = TimeSpan.FromMilliseconds(50),
            MaxReconnectDelay = TimeSpan.FromMilliseconds(100),
            MaxEventBytes = max,
            Token = auth.Length > 0 ? (_, _) => ValueTask.FromResult(auth) : null,
        });
        _toDispose.Add(client);
        return client;
    }

    internal ICometServer Server => _server!;

    internal TcpSwitch Front => _front!;

    internal TcpSwitch Api => _api!;

    protected CancellationToken Leaving => _leaving.Token;

    protected virtual ICometConf Conf => new() { ChannelBufferSize = 1000 };

    public async ValueTask InitializeAsync()
    {
        _server = await ICometServer.StartAsync(Conf);
        _front = new TcpSwitch(Server.Front.Port);
        _api = new TcpSwitch(Server.Admin.Port);
    }

    /// <summary>Dies without a word, and comes back knowing nothing.</summary>
    internal async Task RestartAsync()
    {
        await Server.Process.KillAsync();
        Server.Start();
        await Server.UntilListeningAsync();
    }

    /// <summary>Publishes numbers as texts.</summary>
    internal async Task PublishAsync(int from, int to)
    {
        var client = Client();
        foreach (var messages in Enumerable.Range(from, to - from + 1).Chunk(500))
        {
            var outcomes = await client.PublishBatchAsync(
                [.. messages.Select(number => new OutgoingMessage("news", Text(number)))], Leaving);
            Assert.All(outcomes, outcome => Assert.True(outcome.IsPublished));
        }
    }

    /// <summary>Follows a channel beside the test; what is told can be read one by one.</summary>
    internal ChannelReader<ChannelItem> Follow(HalleyClient client, StreamPosition? from)
    {
        var told = Channel.CreateUnbounded<ChannelItem>();
        _ = FollowAsync();
        return told.Reader;

        async Task FollowAsync()
        {
            try
            {
                await foreach (var item in client.SubscribeAsync("news", from, Leaving))
                {
                    told.Writer.TryWrite(item);
                }

                told.Writer.Complete();
            }
            catch (Exception error)
            {
                told.Writer.Complete(error);
            }
        }
    }

    internal async Task<List<string>> TakeAsync(ChannelReader<ChannelItem> told, int count)
    {
        var items = new List<string>();
        while (items.Count < count)
        {
            items.Add((await told.ReadAsync(Leaving)).ToString()!);
        }

        return items;
    }

    internal static string[] Texts(int from, int to) => [.. Enumerable.Range(from, to - from + 1).Select(Text)];

    public async ValueTask DisposeAsync()
    {
        await _leaving.CancelAsync();
        _toDispose.ForEach(one => one.Dispose());
        _front?.Dispose();
        _api?.Dispose();
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _leaving.Dispose();
        GC.SuppressFinalize(this);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
