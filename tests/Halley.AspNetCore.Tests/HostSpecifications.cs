using Halley.Specifications.Hosts;
using Halley.Specifications.Hosts.Told;

namespace Halley.AspNetCore.Tests;

// The promises of every host, kept by Kestrel.

public sealed class WebSockets() : WebSocketSpecification(KestrelHost.StartAsync);

public sealed class WebSocketEndpoints() : WebSocketEndpointSpecification(KestrelHost.StartAsync);

public sealed class WebSocketFaults() : WebSocketFaultSpecification(KestrelHost.StartAsync);

public sealed class CompressedWebSockets() : CompressedWebSocketSpecification(KestrelHost.StartAsync);

public sealed class AnswersForSeveralChannels() : SeveralChannelsSpecification(KestrelHost.StartAsync);

public sealed class Postponing() : PostponedRequestSpecification(KestrelHost.StartAsync);

public sealed class LateAnswers() : AwaitedAnswerSpecification(KestrelHost.StartAsync);

public sealed class HeldAnswers() : HeldAnswerSpecification(KestrelHost.StartAsync);

public sealed class Requests() : RequestSpecification(KestrelHost.StartAsync);

public sealed class Dialects() : DialectSpecification(KestrelHost.StartAsync);

public sealed class Draining() : DrainSpecification(KestrelHost.StartAsync);

public sealed class ToldOrWhole() : ToldOrWholeSpecification(KestrelHost.StartAsync);

public sealed class Heartbeats() : HeartbeatSpecification(KestrelHost.StartAsync);
