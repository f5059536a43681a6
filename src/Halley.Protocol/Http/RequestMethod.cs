namespace Halley.Protocol.Http;

public enum RequestMethod
{
    /// <summary>A method that no dialect knows.</summary>
    Other,
    Get,
    Head,
    Post,
    Put,
    Delete,
    Options,
}
