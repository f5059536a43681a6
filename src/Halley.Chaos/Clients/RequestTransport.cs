using System.Net;
using Halley.Chaos.Ledgers;

namespace Halley.Chaos.Clients;

/// <summary>The form of an answer's items.</summary>
internal enum Form
{
    /// <summary>One answer after another.</summary>
    Poll,

    /// <summary>An answer that lasts, with a message in each line.</summary>
    Lines,

    WebSocket,

    /// <summary>An event stream that is resumed by the last event's id.</summary>
    Events,
}

/// <summary>A transport whose request says everything.</summary>
/// <param name="Target">A path, with <c>{channel}</c>, and <c>{seq}</c> and <c>{epoch}</c> where it takes them.</param>
/// <param name="Accept">What a request says that it takes; empty for nothing.</param>
/// <param name="Before">What stands before each message.</param>
/// <param name="After">What stands behind it.</param>
/// <param name="IsTold">Whether it says what is missing, as Halley does.</param>
internal sealed record RequestTransport(
    string Name,
    Form Form,
    string Target,
    string Listener = "front",
    string Accept = "",
    string Before = "",
    string After = "",
    bool IsTold = true) : Transport(Name, Listener)
{
    /// <inheritdoc/>
    public override Subscriber Open(
        HttpMessageInvoker http, Hearing hearing, Func<IPEndPoint> address, TimeSpan silence) =>
        new RequestSubscriber(http, this, hearing, address, silence);
}
