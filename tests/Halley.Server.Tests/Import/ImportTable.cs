using System.Net;
using System.Text;
using Halley.Protocol.Access;
using Halley.Protocol.Routing;
using Halley.Server.Commands;
using Halley.Server.Configuration;
using Halley.Server.Configuration.Listeners;

namespace Halley.Server.Tests.Import;

/// <summary>
/// Configurations of nginx, and for each: who may come to which path and what is found there, what is said, the exit
/// status. Every one that is printed is read as <c>halley serve</c> reads it. What nginx does was looked up in a
/// running one where it is not obvious.
/// </summary>
public sealed partial class ImportTable : IDisposable
{
    private const string Pub = "push_stream_publisher; push_stream_channels_path $arg_id;";
    private const string Sub = "push_stream_subscriber; push_stream_channels_path $arg_id;";
    private const string PubAt = "location /pub { push_stream_publisher; push_stream_channels_path $arg_id; ";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Addresses))]
    [MemberData(nameof(MoreThanAddresses))]
    [MemberData(nameof(Channels))]
    [MemberData(nameof(Locations))]
    [MemberData(nameof(Ports))]
    [MemberData(nameof(Nchan))]
    public void Whoever_was_kept_out_is_kept_out_and_what_is_left_out_is_named(
        string name, string http, int status, string said, string who)
    {
        Assert.NotEmpty(name);
        _directory.Write("mime.types", "types { text/html html; }");
        var (output, error) = (new StringWriter(), new StringWriter());
        Assert.Equal(
            (status, ""), (
                ImportCommand.Run(
                    _directory.Write("nginx.conf", "events {}\nhttp {\n" + http + "\n}\n"), output, error),
                status == 0 ? $"{error}" : ""));
        foreach (var words in said.Split(" | ", StringSplitOptions.RemoveEmptyEntries))
        {
            Assert.Contains(words, $"{error}", StringComparison.Ordinal);
        }

        var options = HalleyConfiguration.Read(Encoding.UTF8.GetBytes($"{output}"), "halley.json");
        Assert.All(
            options.GetListeners().SelectMany(listener => listener.Endpoints), endpoint => Assert.Empty(endpoint.Idle));
        Assert.Equal(
            who,
            string.Join(
                "; ", who.Split("; ").Select(line => line.Split(' ')).Select(
                    words => $"{words[0]} {words[1]} {FoundBy(options, words[0], words[1])}")));
    }

    // What an address finds at a path, where need be on a listener of several: "10.0.0.1 /pub" or "10.0.0.1@:80 /pub".
    private static string FoundBy(HalleyOptions options, string client, string asked)
    {
        var parts = client.Split('@');
        var listener = options.GetListeners().FirstOrDefault(
            listener => parts.Length == 1 || listener.Listen == parts[1]);
        if (listener is null)
        {
            return "no-listener";
        }

        var table = new LocationTable<EndpointSection>(
            [.. listener.Endpoints.Select(endpoint => (endpoint.Location!, endpoint))]);
        var found = table.Find(Encoding.UTF8.GetBytes(asked), out _);
        return found is null or { Kind: "nothing" } ? "nothing"
            : !new AddressRules(found.Allow, found.Deny).Allows(IPAddress.Parse(parts[0])) ? "closed"
            : found.PushStream.ChannelsPath is { Length: > 0 } path ? $"{found.Kind}:{path}"
            : $"{found.Kind}:{string.Join(',', found.Nchan.ChannelId)}";
    }
}
