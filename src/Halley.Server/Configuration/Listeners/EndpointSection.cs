using Halley.Protocol.Dialects.MiniComet;
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
    public string Kind { get; private set; } = "";

    /// <summary>Who may come, as AddressRules reads it. Default: no rule.</summary>
    public List<string> Allow { get; } = [];

    /// <summary>Who may not. Default: no rule.</summary>
    public List<string> Deny { get; } = [];

    /// <summary>What it does where push-stream serves it.</summary>
    public EndpointOptions PushStream { get; } = new();

    /// <summary>What it does where nchan serves it.</summary>
    public NchanOptions Nchan { get; } = new();

    /// <summary>What it does where it is the smallest server.</summary>
    public MiniCometOptions MiniComet { get; } = new();

    /// <summary>The keys that the file has, and that change nothing at its kind.</summary>
    public IReadOnlyList<string> Idle { get; set; } = [];

    /// <summary>All that an endpoint can be.</summary>
    public static string[] Kinds { get; } =
    [
        .. EndpointKinds.ByName.Keys, .. NchanKinds.ByName.Keys, "icomet-front", "icomet-admin", "api", "mini-comet",
        "nothing",
    ];

    public bool IsPushStream => EndpointKinds.ByName.ContainsKey(Kind);

    public bool IsNchan => NchanKinds.ByName.ContainsKey(Kind);

    /// <summary>Whether a client here can harm others, or see what is none of its business.</summary>
    public bool IsForOperators => IsKindForOperators(Kind);

    public static bool IsKindForOperators(string kind) =>
        kind is "publisher-admin" or "statistics" or "icomet-admin" or "api" or "nchan_publisher" or "nchan_group";

    public void SetKind(string kind)
    {
        Kind = kind;
        PushStream.Kind = EndpointKinds.ByName.GetValueOrDefault(kind, PushStream.Kind);
        Nchan.Kind = NchanKinds.ByName.GetValueOrDefault(kind);
    }
}
