using System.Text.Json;

namespace Halley.Client.Subscribing;

/// <summary>One connection to the server, over one transport. One caller at a time.</summary>
internal interface IConnection : IDisposable
{
    /// <summary>
    /// The time for which the server wants to be left alone after this connection and later ones; negative where it did
    /// not say.
    /// </summary>
    TimeSpan Retry { get; }

    /// <summary>Reads what the server says next; null where it has ended the connection.</summary>
    /// <exception cref="HalleyException">A message is too large.</exception>
    /// <exception cref="JsonException">What was said is not ours.</exception>
    /// <exception cref="OperationCanceledException">The patience is over.</exception>
    /// <exception cref="Exception">The connection broke, as its transport says it.</exception>
    Task<WireEvent?> ReadAsync();
}
