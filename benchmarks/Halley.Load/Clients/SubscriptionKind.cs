namespace Halley.Load.Clients;

/// <summary>The way a subscriber is served; the name in lower case is the path.</summary>
internal enum SubscriptionKind
{
    Stream,
    Poll,
    Sse,
}
