using Halley.Protocol.Dialects.Centrifugo;
using Halley.Protocol.Dialects.IComet;
using Halley.Protocol.Dialects.MiniComet;
using Halley.Protocol.Dialects.Nchan;
using Halley.Protocol.Dialects.PushStream;
using Halley.Protocol.Routing;

namespace Halley.Server.Configuration.Listeners;

/// <summary>One location of a listener: which paths, what serves them, who may come.</summary>
internal sealed class EndpointSection
{
    /// <summary>The endpoint's place in the file, for messages.</summary>
    public required string Origin { get; init; }

    /// <summary>Null where it is missing.</summary>
    public Location? Location { get; set; }

    /// <summary>The name of <see cref="What"/>; empty where it is missing.</summary>
    public string Kind => What.Name;

    /// <summary>The kind of endpoint that it is; one without a name where it is missing.</summary>
    public EndpointKind What { get; private set; } = new("", "", null);

    /// <summary>The clients that may come, as AddressRules reads it. Default: no rule.</summary>
    public List<string> Allow { get; } = [];

    /// <summary>The clients that may not. Default: no rule.</summary>
    public List<string> Deny { get; } = [];

    /// <summary>Its own word on how clients prove who they are.</summary>
    public AuthSection OwnAuth { get; } = new();

    /// <summary>The same with what its listener says: what holds. Default: they do not prove it at all.</summary>
    public AuthSection Auth { get; private set; } = new();

    /// <summary>Whether clients come here only where a backend sends them. Default no.</summary>
    public bool IsInternal { get; set; }

    /// <summary>
    /// The address of the backend that answers here, with the location's variables; empty where missing.
    /// </summary>
    public string Url { get; set; } = "";

    /// <summary>The options of an endpoint that push-stream serves.</summary>
    public EndpointOptions PushStream { get; } = new();

    /// <summary>The options of an endpoint that nchan serves.</summary>
    public NchanOptions Nchan { get; } = new();

    /// <summary>The options of an endpoint that is the smallest server.</summary>
    public MiniCometOptions MiniComet { get; } = new();

    /// <summary>
    /// The decision on the clients of an endpoint that serves iComet's subscribers; its other options are front's.
    /// </summary>
    public ICometOptions IComet { get; } = new();

    /// <summary>The options of an endpoint where Centrifugo's protocol is spoken.</summary>
    public CentrifugoOptions Centrifugo { get; } = new();

    /// <summary>The keys that the file has, and that change nothing at its kind.</summary>
    public IReadOnlyList<string> Idle { get; set; } = [];

    public bool IsPushStream => PushStreamKinds.ByName.ContainsKey(Kind);

    public bool IsNchan => NchanKinds.ByName.ContainsKey(Kind);

    /// <summary>Whether auth says who may come: where clients subscribe and publish.</summary>
    public bool AsksClients => What.Guarded is not null;

    /// <summary>Whether it serves as front does, with front's own auth.</summary>
    public bool IsAsFront => Kind == "icomet-front" && Auth.Modes is null;

    /// <summary>Takes over what its listener says.</summary>
    public void InheritFrom(ListenerSection listener) =>
        Auth = AsksClients ? OwnAuth.Within(listener.Auth, readsTokens: Kind != "centrifugo") : OwnAuth;

    public void SetKind(string kind)
    {
        What = EndpointKind.ByName[kind];
        PushStream.Kind = PushStreamKinds.ByName.GetValueOrDefault(kind, PushStream.Kind);
        Nchan.Kind = NchanKinds.ByName.GetValueOrDefault(kind);
    }
}
