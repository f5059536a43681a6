namespace Halley.Protocol.Clients;

/// <summary>An action of a client on channels.</summary>
public enum ClientAction
{
    Subscribe,
    Publish,
}
