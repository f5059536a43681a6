namespace Halley.Engine;

/// <summary>The engine was to send through io_uring, and cannot; the message says why, and what to do, in one line fit for an operator.</summary>
public sealed class IoUringException(string message) : Exception(message);
