namespace Halley.Broker;

/// <summary>
/// A broker that lies outside of this process cannot be asked, or has not answered. The one way that a broker's task
/// fails.
/// </summary>
/// <param name="message">A sentence for the client.</param>
public sealed class BrokerException(string message, bool mayHaveBeenDone, Exception? cause = null)
    : Exception(message, cause)
{
    /// <summary>Whether it may have been done all the same: then asking again may do it twice.</summary>
    public bool MayHaveBeenDone { get; } = mayHaveBeenDone;
}
