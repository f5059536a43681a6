using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using Halley.Nodes;
using Halley.Server.Configuration;
using Halley.Server.Configuration.Listeners;

namespace Halley.Server.Nodes;

/// <summary>What the section <c>nodes</c> comes to.</summary>
/// <param name="Listen">Where links of other nodes come.</param>
internal sealed record NodesSetup(NodeList List, NodeOptions Options, IPEndPoint Listen)
{
    private const int MaxKeyFileBytes = 4096;

    /// <returns>Null where there are no other nodes.</returns>
    /// <exception cref="ConfigurationException">It comes to nothing; the message says why.</exception>
    public static NodesSetup? Read(HalleyOptions options)
    {
        var section = options.Nodes;
        if (section.Name.Length == 0 && section.List.Count == 0 && section.Dns.Length == 0)
        {
            return null;
        }

        DemandAlone(options);
        var list = section.Dns.Length > 0 ? ByDns(section) : ByList(section);
        return new NodesSetup(
            list,
            new NodeOptions
            {
                Key = KeyOf(section),
                CheckInterval = TimeSpan.FromMilliseconds(section.CheckInterval),
                DownAfter = section.DownAfter,
                UpAfter = section.UpAfter,
                ForwardTimeout = TimeSpan.FromMilliseconds(section.ForwardTimeout),
                MaxWaiting = section.MaxWaiting,
                RelaysSubscribers = section.Misdirected == "proxy",
                MaxRelayed = section.MaxRelayed,
                MaxRequestBytes = (int)Math.Min(int.MaxValue, (long)options.Admin.MaxRequestHead + options.Admin.MaxRequestBody),
            },
            ListenAddress.AddressOf(section.Listen.Length > 0 ? section.Listen : AddressText(list.Own.Host, list.Own.Port)));
    }

    // What nodes cannot be together with: said plainly rather than served half.
    private static void DemandAlone(HalleyOptions options)
    {
        if (options.Engine.Workers > 0)
        {
            throw new ConfigurationException("nodes and engine.workers do not go together yet; run a node for each process instead, or set engine.workers to 0");
        }

        var other = options.GetListeners().SelectMany(listener => listener.Endpoints).FirstOrDefault(endpoint => !endpoint.Kind.StartsWith("icomet-", StringComparison.Ordinal));
        if (other is not null)
        {
            throw new ConfigurationException($"{other.Origin}: nodes share the channels of iComet's protocol alone, and this endpoint is {Article(other)}{other.Kind}; serve it from a server of its own");
        }
    }

    private static string Article(EndpointSection endpoint) => endpoint.Kind[0] is 'e' ? "an " : "a ";

    private static NodeList ByList(NodesSection section)
    {
        var nodes = new List<NodeEntry>();
        foreach (var item in section.List)
        {
            if (!NodesSection.TryParse(item, out var node))
            {
                throw new ConfigurationException($"nodes.list has \"{item}\"; it wants {SettingKey.NodeEntries("").Wants}");
            }

            if (nodes.Exists(other => other.Name == node.Name))
            {
                throw new ConfigurationException($"nodes.list has the node {node.Name} twice; leave one of the two");
            }

            nodes.Add(node);
        }

        var names = string.Join(", ", nodes.Select(node => node.Name));
        return section.Name.Length == 0 ? throw new ConfigurationException($"nodes.name is missing: which of {names} is this one?")
            : nodes.Count == 0 ? throw new ConfigurationException("nodes.name is given, and nodes.list is empty; list all nodes there, this one too")
            : !nodes.Exists(node => node.Name == section.Name) ? throw new ConfigurationException($"nodes.name is \"{section.Name}\", which nodes.list does not have; it has {names}")
            : new NodeList(section.Name, nodes);
    }

    private static NodeList ByDns(NodesSection section)
    {
        if (section.List.Count > 0)
        {
            throw new ConfigurationException("nodes.list and nodes.dns are both given; leave one of the two");
        }

        if (!ListenAddress.TryParse(section.Dns, out var host) || host.Host.Length == 0 || host.Port == 0)
        {
            throw new ConfigurationException($"nodes.dns is \"{section.Dns}\"; it wants HOST:PORT such as halley.internal:8200");
        }

        if (!section.Front.Contains("{node}", StringComparison.Ordinal) || !NodesSection.IsRootUrl(section.Front.Replace("{node}", "127.0.0.1", StringComparison.Ordinal)))
        {
            throw new ConfigurationException($"nodes.front is \"{section.Front}\"; with nodes.dns it wants a URL with {{node}} such as http://{{node}}:8100");
        }

        var nodes = Lookup(host.Host).Select(address => new NodeEntry(
            address.ToString(), address.ToString(), host.Port, section.Front.Replace("{node}", Bracketed(address.ToString()), StringComparison.Ordinal).TrimEnd('/'))).ToList();
        var names = string.Join(", ", nodes.Select(node => node.Name));
        var own = section.Name.Length > 0 ? section.Name : OwnAddress(nodes);
        return own is null ? throw new ConfigurationException($"none of {names}, which are the addresses of {host.Host}, is this machine's; give its address as nodes.name, if it is behind another one")
            : !nodes.Exists(node => node.Name == own) ? throw new ConfigurationException($"nodes.name is \"{own}\", which is no address of {host.Host}; there are {names}")
            : new NodeList(own, nodes);
    }

    private static IEnumerable<IPAddress> Lookup(string host)
    {
        try
        {
            return System.Net.Dns.GetHostAddresses(host).Distinct();
        }
        catch (Exception unknown) when (unknown is SocketException or ArgumentException)
        {
            throw new ConfigurationException($"nodes.dns: no address is known for the name {host}");
        }
    }

    private static string? OwnAddress(IReadOnlyList<NodeEntry> nodes)
    {
        var own = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(card => card.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address.ToString())
            .ToHashSet();
        return nodes.FirstOrDefault(node => own.Contains(node.Name))?.Name;
    }

    private static byte[] KeyOf(NodesSection section)
    {
        if (section.Key.Length > 0 == section.KeyFile.Length > 0)
        {
            throw new ConfigurationException($"nodes.key and nodes.key_file are {(section.Key.Length > 0 ? "both" : "not")} given; give one of them, the same on all nodes");
        }

        var key = section.Key.Length > 0 ? Encoding.UTF8.GetBytes(section.Key) : ReadKey(section.KeyFile);
        return key.Length >= NodeOptions.MinKeyBytes
            ? key
            : throw new ConfigurationException($"the nodes' key has {key.Length} bytes; it wants at least {NodeOptions.MinKeyBytes}, such as openssl rand -hex 32 gives");
    }

    private static byte[] ReadKey(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[MaxKeyFileBytes + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= MaxKeyFileBytes
                ? bytes.AsSpan(0, length).TrimEnd("\r\n"u8).ToArray()
                : throw new ConfigurationException($"nodes.key_file {path} is larger than {MaxKeyFileBytes} bytes, so it is no key");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"nodes.key_file {path} cannot be read: {unreadable.Message}");
        }
    }

    private static string AddressText(string host, int port) => $"{Bracketed(host)}:{port}";

    private static string Bracketed(string host) => host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
}
