using Halley.Nodes;
using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>The other nodes that this server shares its channels with.</summary>
internal sealed class NodesSection
{
    /// <summary>Which of the nodes this one is. Default: there are no others.</summary>
    [ConfigurationKeyName("name")]
    public string Name { get; set; } = "";

    /// <summary>All nodes, each as <see cref="TryParse"/> reads it. Default: none.</summary>
    [ConfigurationKeyName("list")]
    public List<string> List { get; set; } = [];

    /// <summary>Instead of the list, a host whose every address is a node. Default: none.</summary>
    [ConfigurationKeyName("dns")]
    public string Dns { get; set; } = "";

    /// <summary>With <see cref="Dns"/>: the URL of a node for subscribers.</summary>
    [ConfigurationKeyName("front")]
    public string Front { get; set; } = "";

    /// <summary>Where links of other nodes come. Default: where the list says that they reach this one.</summary>
    [ConfigurationKeyName("listen")]
    public string Listen { get; set; } = "";

    /// <summary>What all nodes know and nobody else. Never told, not even where it is wrong.</summary>
    [ConfigurationKeyName("key")]
    public string Key { get; set; } = "";

    /// <summary>The file it stands in; absolute once loaded.</summary>
    [ConfigurationKeyName("key_file")]
    public string KeyFile { get; set; } = "";

    /// <summary>Milliseconds. Default 250.</summary>
    [ConfigurationKeyName("check_interval")]
    public int CheckInterval { get; set; } = 250;

    /// <summary>Intervals without a word after which a node is down. Default 8.</summary>
    [ConfigurationKeyName("down_after")]
    public int DownAfter { get; set; } = 8;

    /// <summary>Answers in a row that bring it up. Default 3.</summary>
    [ConfigurationKeyName("up_after")]
    public int UpAfter { get; set; } = 3;

    /// <summary>Milliseconds that a request may take which another node carries out. Default 2,000.</summary>
    [ConfigurationKeyName("forward_timeout")]
    public int ForwardTimeout { get; set; } = 2000;

    /// <summary>How many of them may wait for one node. Default 10,000.</summary>
    [ConfigurationKeyName("max_waiting")]
    public int MaxWaiting { get; set; } = 10_000;

    /// <summary>redirect or proxy: what becomes of a subscriber whose channel another node has. Default redirect.</summary>
    [ConfigurationKeyName("misdirected")]
    public string Misdirected { get; set; } = "redirect";

    /// <summary>How many subscribers are served for other nodes at most. Default 10,000.</summary>
    [ConfigurationKeyName("max_relayed")]
    public int MaxRelayed { get; set; } = 10_000;

    /// <summary>Reads an item of the list: <c>NAME HOST:PORT URL</c>.</summary>
    public static bool TryParse(string text, out NodeEntry node)
    {
        node = new NodeEntry("", "", 0, "");
        if (text.Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var name, var link, var front]
            || !NodeEntry.IsName(name)
            || !ListenAddress.TryParse(link, out var address)
            || address.Host.Length == 0
            || address.Port == 0
            || !IsRootUrl(front))
        {
            return false;
        }

        node = new NodeEntry(name, address.Host, address.Port, front.TrimEnd('/'));
        return true;
    }

    /// <summary>Whether paths can be put behind it.</summary>
    public static bool IsRootUrl(string text) =>
        text.All(c => c is > ' ' and < '\u007f')
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url.Scheme is ("http" or "https")
        && url.Query.Length == 0
        && url.Fragment.Length == 0;
}
