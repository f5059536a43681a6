using System.Net.Sockets;
using System.Runtime.Versioning;
using Halley.Specifications.Hosts;
using Halley.Testing;
using Halley.Testing.Doubles;

namespace Halley.Engine.Tests;

/// <summary>A server may be reached by a file, which it makes, and takes away, and never takes from another.</summary>
[SupportedOSPlatform("linux")]
public sealed class UnixSockets : IDisposable
{
    private const UnixFileMode OwnerAndGroup =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("halley-");

    private string Place => Path.Combine(_folder.FullName, "halley.sock");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_subscriber_is_held_and_told_as_over_TCP()
    {
        using var engine = Start();
        var clients = new List<RawHttpClient>();
        for (var n = 0; n < 20; n++)
        {
            clients.Add(await RawHttpClient.ConnectAsync(Place));
            await clients[n].GetAsync("/stream?cname=news&seq=1");
            Assert.Equal(200, (await clients[n].ReadResponseAsync()).Status);
        }

        await engine.PushAsync("news", "hello");
        foreach (var client in clients)
        {
            await client.ReadThroughAsync("hello");
            client.Dispose();
        }

        await Eventually.TrueAsync(() => engine.Hub.SubscriberCount == 0, "all have gone");
    }

    // Over TCP the kernel shows no connection before it has a request.
    [Fact]
    public async Task Who_has_connected_just_before_it_drains_has_a_second_for_a_first_request()
    {
        var time = new ManualTime();
        using var engine = new RunningEngine(new()
        {
            Time = time,
            Listener = listener => listener with { EndPoint = new UnixEndPoint(Place, OwnerAndGroup) },
        });
        using var quick = await RawHttpClient.ConnectAsync(Place);
        using var silent = await RawHttpClient.ConnectAsync(Place);
        _ = engine.Drain(TimeSpan.FromSeconds(10));
        while (await IsListeningAsync())
        {
            Assert.False(Passed());
        }

        await quick.GetAsync("/ping");
        var answer = await quick.ReadResponseAsync();
        Assert.Equal((200, "close"), (answer.Status, answer["Connection"]));

        Assert.False(Passed());
        time.AdvanceSeconds(1);
        Assert.Empty(await silent.ReadToEndAsync());
        await Eventually.TrueAsync(Passed, "nothing is under way");

        bool Passed()
        {
            time.Advance(TimeSpan.FromMilliseconds(4));
            return engine.IsDrained;
        }
    }

    [Fact]
    public void The_file_has_the_mode_that_was_chosen_and_is_gone_at_the_end()
    {
        using (Start())
        {
            Assert.Equal(OwnerAndGroup, File.GetUnixFileMode(Place));
        }

        Assert.False(File.Exists(Place));
    }

    [Fact]
    public async Task What_a_dead_process_has_left_is_replaced()
    {
        LeaveBehind();
        using var engine = Start();
        using var client = await RawHttpClient.ConnectAsync(Place);
        await client.GetAsync("/ping");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Fact]
    public async Task A_server_that_lives_is_not_displaced()
    {
        using var engine = Start();
        var refused = Assert.Throws<ListenException>(Start);
        Assert.Equal(
            $"Cannot listen on unix:{Place}: another program listens there. Stop it, or choose another path.",
            refused.Message);
        using var client = await RawHttpClient.ConnectAsync(Place);
        await client.GetAsync("/ping");
        Assert.Equal(200, (await client.ReadResponseAsync()).Status);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("directory")]
    [InlineData("link to a file")]
    [InlineData("link to a dead socket")]
    public void What_is_no_socket_is_left_alone(string what)
    {
        var target = Path.Combine(_folder.FullName, "target");
        switch (what)
        {
            case "file":
                File.WriteAllText(Place, "mine");
                break;
            case "directory":
                Directory.CreateDirectory(Place);
                break;
            case "link to a file":
                File.WriteAllText(target, "mine");
                File.CreateSymbolicLink(Place, target);
                break;
            default:
                LeaveBehind();
                File.Move(Place, target);
                File.CreateSymbolicLink(Place, target);
                break;
        }

        var refused = Assert.Throws<ListenException>(Start);
        Assert.Equal($"Cannot listen on unix:{Place}: there is a file that is no socket, and it is left alone. "
            + "Choose another path.", refused.Message);
        Assert.True(Path.Exists(Place));
    }

    [Fact]
    public void A_directory_that_is_not_there_is_said_to_be_missing()
    {
        var place = Path.Combine(_folder.FullName, "none", "halley.sock");
        var refused = Assert.Throws<ListenException>(() => Start(place));
        Assert.Equal(
            $"Cannot listen on unix:{place}: there is no such directory. Make it, or choose another.", refused.Message);
    }

    [Fact]
    public void A_file_that_is_another_s_by_then_is_not_removed()
    {
        using (Start())
        {
            File.Delete(Place);
            LeaveBehind();
        }

        Assert.True(File.Exists(Place));
    }

    [Fact]
    public async Task Its_peers_have_no_address_and_no_limit_of_one()
    {
        using var engine = new RunningEngine(new()
        {
            Engine = options => options.MaxConnectionsPerAddress = 1,
            Listener = listener => listener with { EndPoint = new UnixEndPoint(Place, OwnerAndGroup) },
            IComet = options => options.FrontRules = new Protocol.Access.AddressRules(["127.0.0.1"], []),
        });
        for (var n = 0; n < 3; n++)
        {
            var client = await RawHttpClient.ConnectAsync(Place);
            await client.GetAsync("/ping");
            Assert.Equal(403, (await client.ReadResponseAsync()).Status);
        }
    }

    private async Task<bool> IsListeningAsync()
    {
        try
        {
            using var one = await RawHttpClient.ConnectAsync(Place);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private RunningEngine Start() => Start(Place);

    private static RunningEngine Start(string place) =>
        new(new() { Listener = listener => listener with { EndPoint = new UnixEndPoint(place, OwnerAndGroup) } });

    // The base library removes the file of a socket that it closes, under the name that it was given.
    private void LeaveBehind()
    {
        var name = Path.Combine(_folder.FullName, "before");
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            socket.Bind(new UnixDomainSocketEndPoint(name));
            socket.Listen();
            File.Move(name, Place);
        }
    }
}
