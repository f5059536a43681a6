using System.CommandLine;
using System.Globalization;
using Halley.Load;
using Halley.Load.Clients;
using Halley.Load.Measures;
using Halley.Load.Reports;
using Halley.Load.Server;
using Halley.Load.Wire;

namespace Halley.Server.Commands.Bench;

/// <summary>The server under measurement and how to talk to it: the options every measure has.</summary>
internal sealed class BenchTarget
{
    private readonly Option<string?> _server = Text(
        "--server",
        "NAME",
        $"What kind of server it is: {string.Join(", ", ServerKind.All.Select(kind => kind.Name))}. Default: halley");
    private readonly Option<string?> _transport = Text(
        "--transport",
        "NAME",
        "How subscribers are served: stream, sse, poll, websocket, signalr, socketio. Default: the server's first");
    private readonly Option<string?> _front = Text(
        "--front", "ADDR:PORT", "Where subscribers come. Default: 127.0.0.1 and the port usual for the server");
    private readonly Option<string?> _admin = Text(
        "--admin", "ADDR:PORT", "Where publishers come. Default: 127.0.0.1 and the port usual for the server");
    private readonly Option<string?> _subscribe = Text(
        "--subscribe", "URL", "Where to subscribe, with {channel} and, where the server takes a position there, {seq}");
    private readonly Option<string?> _publish = Text(
        "--publish", "URL", "Where to publish, with {channel}, and {message} unless it is the body of a POST");
    private readonly Option<string?> _broadcast = Text(
        "--broadcast-url", "URL", "Where to publish {message} to everybody");
    private readonly Option<string?> _body = Text(
        "--publish-body", "TEXT", "What a publisher posts, with {channel} and {message}");
    private readonly Option<string[]> _header = new("--publish-header")
    {
        Description = "A header line of every publisher's request, such as \"Authorization: apikey K\"",
        HelpName = "LINE",
        DefaultValueFactory = _ => [],
    };
    private readonly Option<string[]> _subscribeHeader = new("--subscribe-header")
    {
        Description = "A header line of every subscriber's request",
        HelpName = "LINE",
        DefaultValueFactory = _ => [],
    };
    private readonly Option<string?> _hello = Text(
        "--hello", "TEXT", "What a subscriber says over its WebSocket once it may speak, with {channel}");

    private readonly Option<string[]> _pids = new("--pid")
    {
        Description = "The server's process, or several: CPU and memory are their sum",
        HelpName = "PID,...",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> _children =
        new("--children") { Description = "The descendants of those processes count too" };
    private readonly Option<int> _size = new("--size")
    {
        Description = $"Bytes of a message's content, at least {Payload.MinSize}",
        HelpName = "B",
        DefaultValueFactory = _ => 100,
    };
    private readonly Option<string?> _label = Text(
        "--label", "NAME", "What the result calls the server. Default: its kind");
    private readonly Option<bool> _json = new("--json") { Description = "Write one line of JSON instead of a table" };
    private readonly Option<string?> _heap = Text(
        "--heap", "PROGRAM", "Look into a .NET server's heap by halley-heap (benchmarks/Halley.Heap)");

    /// <summary>Whether there is nothing to measure without the server's processes.</summary>
    public bool NeedsPids { get; init; } = true;

    /// <summary>
    /// Adds the options, and what is done with them: an error is one line and status 1, wrong deliveries are status 2.
    /// </summary>
    /// <param name="measure">Measures; what it says second ended it before its time.</param>
    public void AddTo(
        Command command,
        IEnumerable<Option> options,
        Func<ParseResult,
        Target,
        (Measurement Result, string? Error)> measure)
    {
        foreach (var option in (IEnumerable<Option>)
            [
                .. options, _server, _transport, _front, _admin, _subscribe, _publish, _broadcast, _body, _header,
                _subscribeHeader, _hello, _pids, _children, _size, _label, _json, _heap,
            ])
        {
            command.Options.Add(option);
        }

        command.SetAction(parsed =>
        {
            var console = parsed.InvocationConfiguration;
            var (result, error) = measure(parsed, Read(parsed));
            if (parsed.GetValue(_json))
            {
                console.Output.WriteLine(result.ToJson());
            }
            else
            {
                result.Write(console.Output);
            }

            if (error is not null)
            {
                console.Error.WriteLine($"halley: {error}");
            }

            return result.Errors.IsNone && error is null ? 0 : 2;
        });
    }

    private static Option<string?> Text(string name, string value, string description) =>
        new(name) { Description = description, HelpName = value };

    private Target Read(ParseResult parsed)
    {
        var kind = ReadKind(parsed);
        var transport = ReadTransport(parsed, kind);
        var subscribe = parsed.GetValue(_subscribe)
            ?? kind?.SubscribeUrl(transport, Address(parsed, _front, kind.FrontPort))
            ?? throw new LoadException(
                "--subscribe is missing: give a URL with {channel}, or --server for one that is known");
        var publish = parsed.GetValue(_publish)
            ?? kind?.Publish.Replace("{admin}", Address(parsed, _admin, kind.AdminPort), StringComparison.Ordinal)
            ?? throw new LoadException(
                "--publish is missing: give a URL with {channel}, or --server for one that is known");
        var broadcast = parsed.GetValue(_broadcast)
            ?? kind?.Broadcast.Replace("{admin}", Address(parsed, _admin, kind.AdminPort), StringComparison.Ordinal)
            ?? "";
        var prefix = RunName.NewChannelPrefix();
        return new Target
        {
            Server = ServerProcess.Find(ReadPids(parsed), parsed.GetValue(_children)),
            Label = parsed.GetValue(_label) ?? kind?.Name ?? "server",
            HeapProgram = parsed.GetValue(_heap) ?? "",
            Subscribers = new SubscriptionPlan
            {
                Subscribe = subscribe,
                Transport = transport,
                Hello = parsed.GetValue(_hello) ?? kind?.Hello ?? "",
                Headers = [
                    .. parsed.GetValue(_subscribeHeader) ?? [],
                    .. transport == Transport.Stream && kind is { StreamHeader.Length: > 0 }
                        ? [kind.StreamHeader]
                        : (string[])[],
                ],
                Refusal = kind?.Refusal ?? "",
                IsHeldAtHead = kind?.IsPollHeldAtHead ?? false,
                ChannelPrefix = prefix,
                Channels = 1,
                Count = 0,
                PayloadSize = AtLeast(parsed, _size, Payload.MinSize),
                Run = RunName.NewRun(),
            },
            Publishers = new PublishPlan
            {
                Publish = publish,
                Broadcast = broadcast,
                Body = parsed.GetValue(_body) ?? "",
                Headers = parsed.GetValue(_header) ?? [],
                Accepted = kind?.Accepted ?? "",
                ChannelPrefix = prefix,
            },
        };
    }

    /// <exception cref="LoadException">Less, or no number.</exception>
    public static int AtLeast(ParseResult parsed, Option<int> option, int least) =>
        parsed.GetValue(option) is var value && value >= least
            ? value
            : throw new LoadException($"{option.Name} is {value}; it wants at least {least}");

    private ServerKind? ReadKind(ParseResult parsed) =>
        parsed.GetValue(_server) is { } name ? ServerKind.Find(
            name) : parsed.GetValue(_subscribe) is null ? ServerKind.Find("halley") : null;

    private Transport ReadTransport(ParseResult parsed, ServerKind? kind) =>
        parsed.GetValue(_transport) is { } name ? TransportNames.Parse(name)
        : kind?.Subscribe.Keys.First()
        ?? (
            parsed.GetValue(_subscribe)!.StartsWith("ws:", StringComparison.Ordinal)
                ? Transport.WebSocket
                : Transport.Stream);

    private static string Address(ParseResult parsed, Option<string?> option, int port) =>
        parsed.GetValue(option) ?? string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");

    private List<int> ReadPids(ParseResult parsed)
    {
        List<int> pids = [];
        foreach (var word in (parsed.GetValue(_pids) ?? []).SelectMany(word => word.Split(',')))
        {
            pids.Add(int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) && pid > 0
                ? pid
                : throw new LoadException(
                    $"--pid is \"{word}\"; it wants the number of the server's process, or several with commas"));
        }

        return pids.Count > 0 || !NeedsPids
            ? pids
            : throw new LoadException(
                "--pid is missing: what is measured is the server's CPU and memory, so its process must be known");
    }
}
