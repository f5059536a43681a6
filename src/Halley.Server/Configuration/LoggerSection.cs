using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>The log: what is written, and where to.</summary>
internal sealed class LoggerSection
{
    public const string Stdout = "stdout";
    public const string Stderr = "stderr";

    /// <summary>trace, debug, info, warn, error, fatal or none. Default info.</summary>
    [ConfigurationKeyName("level")]
    public string Level { get; set; } = "info";

    /// <summary>stdout, stderr, or a file's path; a path is absolute once loaded. Default stdout.</summary>
    [ConfigurationKeyName("output")]
    public string Output { get; set; } = Stdout;

    /// <summary>text, or json: each line an object. Default text.</summary>
    [ConfigurationKeyName("format")]
    public string Format { get; set; } = "text";

    /// <summary>Lines a second for requests that are refused; 0 for none. Default 100.</summary>
    [ConfigurationKeyName("refusals")]
    public int Refusals { get; set; } = 100;

    [ConfigurationKeyName("rotate")]
    public RotateSection Rotate { get; set; } = new();

    public bool IsJson => Format == "json";

    public bool IsFile => Output is not (Stdout or Stderr);

    /// <summary>The rule for putting a log file aside.</summary>
    internal sealed class RotateSection
    {
        /// <summary>Bytes. Default 100,000,000.</summary>
        [ConfigurationKeyName("size")]
        public long Size { get; set; } = 100_000_000;
    }
}
