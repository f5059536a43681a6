namespace Halley.Engine.Native;

/// <summary>Some of what the kernel counts of a TCP connection.</summary>
/// <param name="SinceReceived">The time since anything came.</param>
/// <param name="Acknowledged">The bytes that the other end has acknowledged, since the connection's beginning.</param>
/// <param name="NotSent">The bytes that wait in the kernel and were never sent.</param>
internal readonly record struct TcpCounts(TimeSpan SinceReceived, long Acknowledged, long NotSent);
