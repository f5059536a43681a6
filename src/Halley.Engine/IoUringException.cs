namespace Halley.Engine;

/// <summary>
/// Says that the engine cannot send through io_uring as it should: why, and what to do, in one line for an operator.
/// </summary>
public sealed class IoUringException(string message) : Exception(message);
