namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>A client is not subscribed any more.</summary>
internal sealed class UnsubscribeResult : EmptyBody, IWireObject<UnsubscribeResult>, IReplyContent;

/// <summary>A message is published.</summary>
internal sealed class PublishResult : EmptyBody, IWireObject<PublishResult>, IReplyContent;

/// <summary>The server is there.</summary>
internal sealed class PingResult : EmptyBody, IWireObject<PingResult>, IReplyContent;
