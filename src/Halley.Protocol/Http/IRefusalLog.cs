using System.Net;

namespace Halley.Protocol.Http;

/// <summary>
/// The operator's record of what hosts refuse: a line for each, up to so many a second. Any thread.
/// </summary>
public interface IRefusalLog
{
    /// <summary>Whether the next refusal has a line; where it has none, it is counted.</summary>
    bool TryTake();

    /// <summary>Writes a line that was taken.</summary>
    /// <param name="path">As it came; never with a query, where there are secrets.</param>
    void Write(RefusalNote note, EndPoint listener, IPAddress client, RequestMethod method, ReadOnlySpan<byte> path);

    /// <summary>The same where the request is not known, or not any more.</summary>
    void Write(RefusalNote note, EndPoint listener, IPAddress client);
}
