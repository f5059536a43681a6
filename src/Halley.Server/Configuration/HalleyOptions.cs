using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>All an operator can choose. The defaults are halley.json's; a test compares the two.</summary>
internal sealed class HalleyOptions
{
    /// <summary>The file that holds the process id while the server runs; absolute once loaded. Default: none.</summary>
    [ConfigurationKeyName("pidfile")]
    public string Pidfile { get; set; } = "";

    [ConfigurationKeyName("logger")]
    public LoggerSection Logger { get; set; } = new();

    [ConfigurationKeyName("admin")]
    public AdminSection Admin { get; set; } = new();

    [ConfigurationKeyName("front")]
    public FrontSection Front { get; set; } = new();

    [ConfigurationKeyName("engine")]
    public EngineSection Engine { get; set; } = new();
}
