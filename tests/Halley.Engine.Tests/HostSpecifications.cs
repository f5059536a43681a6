using Halley.Specifications.Hosts;
using Halley.Specifications.Hosts.Told;

namespace Halley.Engine.Tests;

// The promises of every host, kept by the engine.

public sealed class WebSockets() : WebSocketSpecification(EngineHost.StartAsync);

public sealed class WebSocketEndpoints() : WebSocketEndpointSpecification(EngineHost.StartAsync);

public sealed class WebSocketFaults() : WebSocketFaultSpecification(EngineHost.StartAsync);

public sealed class CompressedWebSockets() : CompressedWebSocketSpecification(EngineHost.StartAsync);

public sealed class AnswersForSeveralChannels() : SeveralChannelsSpecification(EngineHost.StartAsync);

public sealed class Postponing() : PostponedRequestSpecification(EngineHost.StartAsync);

public sealed class LateAnswers() : AwaitedAnswerSpecification(EngineHost.StartAsync);

public sealed class HeldAnswers() : HeldAnswerSpecification(EngineHost.StartAsync);

public sealed class Requests() : RequestSpecification(EngineHost.StartAsync);

public sealed class Dialects() : DialectSpecification(EngineHost.StartAsync);

public sealed class Draining() : DrainSpecification(EngineHost.StartAsync);

public sealed class ToldOrWhole() : ToldOrWholeSpecification(EngineHost.StartAsync);

public sealed class Heartbeats() : HeartbeatSpecification(EngineHost.StartAsync);
