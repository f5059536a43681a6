namespace Halley.Server.Workers;

/// <summary>The worker processes do not come up; the message says why, in one line.</summary>
internal sealed class WorkerException(string message) : Exception(message);
