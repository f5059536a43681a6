namespace Halley.Heap;

/// <summary>The runtime under measurement does not tell; the message is one line for whoever runs it.</summary>
internal sealed class HeapException(string message) : Exception(message);
