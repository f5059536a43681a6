using System.Text;
using Halley.Server.Commands;
using Halley.Server.Configuration;

namespace Halley.Server.Tests.Commands;

public sealed class CheckCommandTests
{
    [Fact]
    public void It_says_of_each_place_what_is_open_to_whom() => Assert.Equal(
        [
            "admin: publishing, channels, the HTTP API",
            "  at 127.0.0.1:8000, reachable from this machine alone; answers any address; with a key",
            "front: subscribing to any channel",
            "  at 0.0.0.0:8100, reachable from other machines; answers only 10, but not 10.0.0.1; with the channel's "
                + "token and a JSON Web Token that names the channel (in Authorization or the query's access_token)",
            "publisher /pub: publishing",
            "  at unix:/run/h, reachable for processes on this machine that may open the socket; answers any address; "
                + "nobody is asked who it is",
            "nchan_pubsub /n: subscribing and publishing",
            "  at unix:/run/h, reachable for processes on this machine that may open the socket; answers any address; "
                + "with your backend's permission to come and your backend's permission for the channel",
            "streaming /s: subscribing",
            "  at unix:/run/h, reachable for processes on this machine that may open the socket; answers any address; "
                + "with a JSON Web Token that names the channel (in Authorization or the cookie session)",
            "icomet-front /: subscribing",
            "  at unix:/run/h, reachable for processes on this machine that may open the socket; answers any address; "
                + "with a JSON Web Token that names the channel (in Authorization or the query's access_token or the "
                + "cookie session)",
            "channels that begin with \"chat:\": subscribing: users with a name; publishing: nobody; what is kept: "
                + "whoever may subscribe; who is there: anyone; kept are 5 messages for 60 s",
            "channels that begin with \"\": subscribing: as the endpoint asks; publishing: as the endpoint asks; what "
                + "is kept: nobody",
            "",
        ],
        Written("""
        {
          "admin": { "api_keys": ["0123456789abcdef"] },
          "front": { "allow": ["10"], "deny": ["10.0.0.1"], "auth": "token+jwt" },
          "jwt": { "secrets": ["0123456789abcdef0123456789abcdef"] },
          "namespaces": [ { "prefix": "", "history": "nobody" }, { "prefix": "chat:", "subscribe": "users",
            "publish": "nobody", "presence": "anyone", "history_size": 5, "history_ttl": "1m" } ],
          "listeners": [ { "listen": "unix:/run/h", "auth": "jwt", "jwt_cookie": "session", "endpoints": [
            { "location": "/pub", "kind": "publisher", "channels_path": "$arg_id", "auth": "none" },
            { "location": "/n", "kind": "nchan_pubsub", "nchan_channel_id": "$arg_id", "auth": "hook",
              "auth_hook": "http://127.0.0.1/may", "auth_connect_hook": "http://127.0.0.1/who" },
            { "location": "/s", "kind": "streaming", "channels_path": "$arg_id", "jwt_query": "" },
            { "location": "/", "kind": "icomet-front" } ] } ]
        }
        """).Split('\n'));

    [Fact]
    public void What_is_off_is_said_to_be_off() => Assert.StartsWith(
        "admin: off\n", Written("""{ "admin": { "listen": "off" } }"""), StringComparison.Ordinal);

    private static string Written(string json)
    {
        using var output = new StringWriter();
        var options = HalleyConfiguration.Read(Encoding.UTF8.GetBytes(json), "h.json");
        CheckCommand.Write(new HalleyConfiguration(options, []), output);
        return output.ToString();
    }
}
