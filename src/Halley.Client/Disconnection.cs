namespace Halley.Client;

/// <summary>A connection that ended, or did not come about; there will be another one.</summary>
/// <param name="Channel">The channel that is subscribed to.</param>
/// <param name="Reason">A sentence for people.</param>
/// <param name="RetryIn">How long is waited before the next try.</param>
/// <param name="Error">What it was noticed by; null where the server's own words were it.</param>
public sealed record Disconnection(string Channel, string Reason, TimeSpan RetryIn, Exception? Error);
