namespace Halley.Server.Processes;

/// <summary>The pidfile stands in the way; the message says which, why and what to do, in one line.</summary>
internal sealed class PidfileException(string message) : Exception(message);
