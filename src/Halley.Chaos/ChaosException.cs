namespace Halley.Chaos;

/// <summary>It cannot be done; the message is a sentence for the operator.</summary>
public sealed class ChaosException(string message, Exception? cause = null) : Exception(message, cause);
