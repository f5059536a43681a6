using Halley.Protocol.Dialects.Nchan;
using Halley.Protocol.Dialects.PushStream;
using Halley.Protocol.Routing;

namespace Halley.Server.Configuration.Listeners;

/// <summary>One location of a listener: which paths, what serves them, who may come.</summary>
internal sealed class EndpointSection
{
    /// <summary>Where it stands in the file, for messages.</summary>
    public required string Origin { get; init; }

    /// <summary>Null where it is missing.</summary>
    public Location? Location { get; set; }

    /// <summary>One of <see cref="Kinds"/>; empty where it is missing.</summary>
    public string Kind { get; set; } = "";

    /// <summary>Who may come, as AddressRules reads it. Default: no rule.</summary>
    public List<string> Allow { get; } = [];

    /// <summary>Who may not. Default: no rule.</summary>
    public List<string> Deny { get; } = [];

    /// <summary>What a push-stream endpoint does.</summary>
    public EndpointOptions PushStream { get; } = new();

    /// <summary>What an nchan endpoint does.</summary>
    public NchanOptions Nchan { get; } = new();

    /// <summary>The file that the header template is read from; empty for none.</summary>
    public string HeaderTemplateFile { get; set; } = "";

    /// <summary>Keys whose lists the file has begun.</summary>
    public HashSet<string> Given { get; } = [];

    /// <summary>How many ids the smallest server has. Default 1,000, the original's.</summary>
    public int MaxIds { get; set; } = 1000;

    /// <summary>The kinds that push-stream serves, by the words of the file.</summary>
    public static IReadOnlyDictionary<string, EndpointKind> PushStreamKinds { get; } = new Dictionary<string, EndpointKind>
    {
        ["publisher"] = EndpointKind.Publisher,
        ["publisher-admin"] = EndpointKind.AdminPublisher,
        ["statistics"] = EndpointKind.Statistics,
        ["streaming"] = EndpointKind.Streaming,
        ["polling"] = EndpointKind.Polling,
        ["long-polling"] = EndpointKind.LongPolling,
        ["eventsource"] = EndpointKind.EventSource,
        ["websocket"] = EndpointKind.WebSocket,
    };

    /// <summary>The kinds that nchan serves, by the words of the file.</summary>
    public static IReadOnlyDictionary<string, NchanKind> NchanKinds { get; } = new Dictionary<string, NchanKind>
    {
        ["nchan_publisher"] = NchanKind.Publisher,
        ["nchan_subscriber"] = NchanKind.Subscriber,
        ["nchan_pubsub"] = NchanKind.Pubsub,
        ["nchan_group"] = NchanKind.Group,
    };

    /// <summary>All that an endpoint can be.</summary>
    public static string[] Kinds { get; } = [.. PushStreamKinds.Keys, .. NchanKinds.Keys, "icomet-front", "icomet-admin", "mini-comet", "nothing"];

    /// <summary>Whether whoever comes here can do harm to others, or see what is none of its business.</summary>
    public bool IsForOperators => Kind is "publisher-admin" or "statistics" or "icomet-admin" or "nchan_publisher" or "nchan_group";
}
