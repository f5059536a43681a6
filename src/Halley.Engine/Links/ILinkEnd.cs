namespace Halley.Engine.Links;

/// <summary>A socket in a reactor's epoll that has to do with links: one that speaks, or one that accepts them.</summary>
internal interface ILinkEnd
{
    /// <summary>Something happened to the socket.</summary>
    void OnEvents(uint events);

    /// <summary>Ends it with the reactor.</summary>
    void Shut();
}
