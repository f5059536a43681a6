namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>Somebody has subscribed to the channel.</summary>
internal sealed class JoinPush : ClientInfoBody, IWireObject<JoinPush>, IPushContent;

/// <summary>Somebody is not subscribed to the channel any more.</summary>
internal sealed class LeavePush : ClientInfoBody, IWireObject<LeavePush>, IPushContent;
