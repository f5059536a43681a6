using Halley.Broker;
using Halley.Protocol.Backends;
using Halley.Protocol.Clients;
using Halley.Protocol.Dialects.Centrifugo.Filters;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>The state that all endpoints of a process that speak Centrifugo's protocol share. Any thread.</summary>
/// <param name="version">What clients are told is the server's version.</param>
/// <param name="backend">The operator's own server, which endpoints may ask; null for none.</param>
public sealed class CentrifugoNode(
    Hub hub, IBroker broker, string version, TimeProvider time, IBackend? backend = null)
{
    internal Hub Hub => hub;

    internal IBroker Broker => broker;

    internal IBackend? Backend => backend;

    internal TimeProvider Time => time;

    internal string Version => version;

    /// <summary>The sessions whose commands come with requests of their own.</summary>
    internal EmulatedSessions Emulated { get; } = new(hub, broker);

    /// <summary>The identity of the process.</summary>
    internal string Id { get; } = Guid.NewGuid().ToString();

    internal TagsFilters Filters { get; } = new();

    internal ClientSurvey Clients { get; } = new(broker);

    /// <summary>Makes what serves one location.</summary>
    public Routing.IEndpoint CreateEndpoint(CentrifugoOptions options) => new CentrifugoEndpoint(this, options);
}
