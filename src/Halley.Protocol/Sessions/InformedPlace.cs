namespace Halley.Protocol.Sessions;

/// <summary>A place whose client has an info of its own in the channel.</summary>
internal sealed class InformedPlace(Session session, byte[] info) : SessionPlace(session)
{
    /// <inheritdoc/>
    public override byte[] Info => info;
}
