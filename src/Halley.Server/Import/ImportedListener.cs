namespace Halley.Server.Import;

/// <summary>
/// The listener that an nginx server becomes: an address, and the endpoints that its locations become.
/// </summary>
internal sealed class ImportedListener(string listen, bool isIPv6Only)
{
    public string Listen { get; } = listen;

    public bool IsIPv6Only { get; } = isIPv6Only;

    public List<string> TrustedProxies { get; set; } = [];

    public List<ImportedEndpoint> Endpoints { get; } = [];
}
