namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>A client no longer wants to hear a channel.</summary>
internal sealed class UnsubscribeRequest : ChannelBody, IWireObject<UnsubscribeRequest>, IRequest;

/// <summary>A client asks who is subscribed to a channel.</summary>
internal sealed class PresenceRequest : ChannelBody, IWireObject<PresenceRequest>, IRequest;

/// <summary>A client asks how many are subscribed to a channel.</summary>
internal sealed class PresenceStatsRequest : ChannelBody, IWireObject<PresenceStatsRequest>, IRequest;
