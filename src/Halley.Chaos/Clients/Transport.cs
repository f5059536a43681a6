using System.Net;
using Halley.Chaos.Ledgers;

namespace Halley.Chaos.Clients;

/// <summary>A way to hear a channel of some dialect.</summary>
/// <param name="Listener">Which of a server's addresses it is on: <c>front</c>, or <c>own</c>.</param>
internal abstract record Transport(string Name, string Listener)
{
    /// <summary>Makes a subscriber by it.</summary>
    /// <param name="http">What all subscribers share.</param>
    /// <param name="address">Where the transport is served.</param>
    /// <param name="silence">Hearing nothing for that long, it comes anew.</param>
    public abstract Subscriber Open(
        HttpMessageInvoker http, Hearing hearing, Func<IPEndPoint> address, TimeSpan silence);
}
