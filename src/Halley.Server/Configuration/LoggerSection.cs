using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>What is logged, and where to.</summary>
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

    [ConfigurationKeyName("rotate")]
    public RotateSection Rotate { get; set; } = new();

    public bool IsFile => Output is not (Stdout or Stderr);

    /// <summary>When a log file is put aside.</summary>
    internal sealed class RotateSection
    {
        /// <summary>Bytes. Default 100,000,000.</summary>
        [ConfigurationKeyName("size")]
        public long Size { get; set; } = 100_000_000;
    }
}
