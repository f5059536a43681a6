namespace Halley.Load;

/// <summary>The measurement cannot go on; the message is one line for whoever runs it.</summary>
internal sealed class LoadException(string message) : Exception(message);
