using Halley.Protocol.Clients;
using Halley.Protocol.Tests.Centrifugo;

namespace Halley.Protocol.Tests.Fuzzing;

/// <summary>
/// A client of a session that says anything at all: nothing throws, it is answered or let go, what it held is given
/// back, and another session hears what it should.
/// </summary>
public class SessionFuzzing
{
    private static readonly byte[] Telling = "{}[]\",:\\u0 \n$trfalsn-1"u8.ToArray();

    private static readonly byte[][] Good =
    [
        """{"id":1,"connect":{"name":"js","subs":{"a":{"recover":true,"offset":1,"epoch":"1"}}}}"""u8.ToArray(),
        "{\"id\":2,\"subscribe\":{\"channel\":\"a\",\"recover\":true,\"offset\":1}}\n{}"u8.ToArray(),
        "{\"id\":3,\"subscribe\":{\"channel\":\"b\",\"join_leave\":true}}\n{\"id\":4,\"rpc\":{}}"u8.ToArray(),
        """{"id":5,"unsubscribe":{"channel":"a"}}"""u8.ToArray(),
        """{"id":6,"publish":{"channel":"a","data":{"x":[1,"y"]}}}"""u8.ToArray(),
        """{"id":7,"history":{"channel":"a","limit":-1,"reverse":true,"since":{"offset":3}}}"""u8.ToArray(),
        """{"id":8,"presence":{"channel":"b"}}"""u8.ToArray(),
        """{"id":9,"sub_refresh":{"channel":"a","token":"t"}}"""u8.ToArray(),
    ];

    [Fact]
    public void Frames_of_commands()
    {
        using var server = new CentrifugoServer(namespaces:
            [new ChannelNamespace("b"u8.ToArray()) { Presence = WhoMay.Anyone, TellsPresence = true }]);
        var other = server.Connect();
        other.Ask("""{"id":2,"subscribe":{"channel":"kept apart"}}""");
        new Fuzzer(Good, Telling).Run((input, chance) =>
        {
            var caller = server.Connect();
            caller.Ask("""{"id":2,"subscribe":{"channel":"b","join_leave":true}}""");
            for (var frames = chance.Next(1, 4); frames > 0 && !caller.IsEnded; frames--)
            {
                caller.Say(System.Text.Encoding.UTF8.GetString(input));
            }

            caller.Heard();
            if (!caller.IsEnded)
            {
                caller.Exchange.Disconnect();
            }

            server.Dispatcher.RunAll();
            Assert.Equal((1, 1), (server.Hub.SubscriberCount, server.Hub.ReceiverCount));
            Assert.Single(server.Registry.All);
        });
        server.Publish("kept apart", "1");
        Assert.Contains("\"data\":1", other.Heard(), StringComparison.Ordinal);
    }
}
