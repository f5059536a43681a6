using Halley.Server.Configuration.IcometConf;
using Halley.Server.Configuration.Listeners;
using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>
/// What the operator chose, out of four layers; each beats those before it: halley.json as built in, the file given,
/// the environment, the command line.
/// </summary>
/// <param name="Warnings">One line each, for the operator; the server starts all the same.</param>
internal sealed record HalleyConfiguration(HalleyOptions Options, IReadOnlyList<string> Warnings)
{
    /// <summary>No configuration is larger; a wrong path may be anything.</summary>
    public const int MaxFileBytes = 1 << 20;

    private const string EveryPage =
        ": any page in a browser that reaches this port may publish, and read tokens; allow addresses, and list in "
            + "admin.allowed_origins whose pages may come";

    /// <param name="confPath">
    /// A .json file in the form of halley.json, or anything else in the form of an icomet.conf; null for none.
    /// </param>
    /// <param name="environment">All variables of the process.</param>
    /// <param name="commandLine">What the command line sets.</param>
    /// <exception cref="ConfigurationException">Something cannot be read, or means nothing.</exception>
    public static HalleyConfiguration Load(
        string? confPath, IReadOnlyDictionary<string, string> environment, IReadOnlyList<Setting> commandLine)
    {
        var listeners = new List<ListenerSection>();
        var (file, warnings, utf8) = confPath is null ? ([], [], []) : ReadFile(confPath, listeners);
        var variables = EnvironmentSettings.Read(environment);
        var directory = confPath is null
            ? Environment.CurrentDirectory
            : Path.GetDirectoryName(Path.GetFullPath(confPath))!;
        var options = Complete(file, listeners, variables, commandLine, directory);
        var isICometConf = confPath is not null && !IsJson(confPath);
        if (!isICometConf && IsExposed(options.Admin))
        {
            throw new ConfigurationException(Exposed(options.Admin));
        }

        if (listeners.Count > 0)
        {
            options.SetFile(new ConfigurationFile(utf8, confPath!, directory));
        }

        var above = variables.Concat(commandLine).Select(setting => setting.Key).ToHashSet();
        return new HalleyConfiguration(
            options,
            [
                .. warnings.Where(warning => !above.Contains(warning.Key)).Select(warning => warning.Text),
                .. DangersOf(options),
            ]);
    }

    /// <summary>Reads a halley.json, with nothing above it.</summary>
    /// <param name="name">
    /// The file, as messages name it; its paths are absolute, or relative to the current directory.
    /// </param>
    /// <exception cref="ConfigurationException">Something cannot be read, or means nothing.</exception>
    public static HalleyOptions Read(ReadOnlySpan<byte> utf8, string name)
    {
        var listeners = new List<ListenerSection>();
        return Complete(JsonSettings.Read(utf8, name, listeners), listeners, [], [], Environment.CurrentDirectory);
    }

    /// <summary>Reads the listeners of a file that was read before, with all else as it is.</summary>
    public static void ReadListeners(HalleyOptions options, ConfigurationFile file)
    {
        var listeners = new List<ListenerSection>();
        _ = JsonSettings.Read(file.Utf8, file.Name, listeners);
        options.SetListeners(listeners);
        ListenersCheck.Complete(options, file.Directory);
    }

    private static HalleyOptions Complete(
        IReadOnlyList<Setting> file,
        List<ListenerSection> listeners,
        IReadOnlyList<Setting> variables,
        IReadOnlyList<Setting> commandLine,
        string directory)
    {
        var layers = new ConfigurationBuilder()
            .Add(new SettingsProvider(ReadDefaults()))
            .Add(new SettingsProvider(file))
            .Add(new SettingsProvider(variables))
            .Add(new SettingsProvider(commandLine))
            .Build();
        var options = new HalleyOptions();
        options.SetListeners(listeners);
        layers.Bind(options);
        DialectKeys.Bind(layers, options);
        MakePathsAbsolute(options, directory);
        ListenersCheck.Complete(options, directory);
        return options;
    }

    /// <summary>The halley.json built into the program.</summary>
    public static IReadOnlyList<Setting> ReadDefaults()
    {
        using var resource = typeof(HalleyConfiguration).Assembly.GetManifestResourceStream("halley.json")!;
        var utf8 = new byte[resource.Length];
        resource.ReadExactly(utf8);
        return JsonSettings.Read(utf8, "halley.json (built in)");
    }

    private static (
        IReadOnlyList<Setting> Settings,
        IReadOnlyList<ConfWarning> Warnings,
        byte[] Utf8) ReadFile(string path, List<ListenerSection> listeners)
    {
        var utf8 = ReadBytes(path);
        if (IsJson(path))
        {
            return (JsonSettings.Read(utf8, path, listeners), [], utf8);
        }

        var conf = ConfSettings.Read(utf8, path);
        return (conf.Settings, conf.Warnings, utf8);
    }

    private static bool IsJson(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    private static byte[] ReadBytes(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var utf8 = new byte[MaxFileBytes + 1];
            var length = file.ReadAtLeast(utf8, utf8.Length, throwOnEndOfStream: false);
            return length <= MaxFileBytes
                ? utf8[..length]
                : throw new ConfigurationException(
                    $"{path}: the file is larger than {MaxFileBytes >> 20} MiB, so it is no configuration");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ConfigurationException($"{path}: there is no such file");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException(
                $"{path}: cannot be read: {(Directory.Exists(path) ? "it is a directory" : unreadable.Message)}");
        }
    }

    /// <summary>What is allowed, as iComet allows it, but perhaps not meant.</summary>
    private static IEnumerable<string> DangersOf(HalleyOptions options)
    {
        var admin = options.Admin;
        if (IsExposed(admin))
        {
            yield return Exposed(admin);
        }

        if (admin.Listen != ListenAddress.Off
            && (AdminSection.IsOpen(admin.Allow) || admin.AllowedOrigins.Contains("*")))
        {
            var said = AdminSection.IsOpen(admin.Allow) ? "admin.allow says all" : "admin.allowed_origins says *";
            yield return $"{said}{EveryPage}";
        }

        foreach (var endpoint in options.GetListeners()
            .SelectMany(listener => listener.Endpoints)
            .Where(endpoint => endpoint.Kind is "icomet-admin" or "api" && AdminSection.IsOpen(endpoint.Allow)))
        {
            yield return $"{endpoint.Origin}: allow says all{EveryPage}";
        }

        foreach (var endpoint in options.GetListeners()
            .SelectMany(listener => listener.Endpoints)
            .Where(endpoint => endpoint.Idle.Count > 0))
        {
            var (verb, them) = endpoint.Idle.Count == 1 ? ("means", "it") : ("mean", "them");
            yield return $"{endpoint.Origin}: {string.Join(", ", endpoint.Idle)} {verb} nothing at a "
                + $"{endpoint.Kind} endpoint; leave {them} out";
        }
    }

    private static bool IsExposed(AdminSection admin) =>
        !admin.IsGuarded && ListenAddress.TryParse(admin.Listen, out var address) && !address.IsLoopback;

    private static string Exposed(AdminSection admin) =>
        $"admin.listen is {admin.Listen}, and there is no admin.api_keys, admin.allow or admin.deny: whoever reaches "
            + "that "
            + "port may publish; set keys, or allow who should, such as 127.0.0.1 and 192.168";

    /// <summary>Paths are relative to the file's directory, as with iComet, which goes there.</summary>
    private static void MakePathsAbsolute(HalleyOptions options, string directory)
    {
        if (options.Pidfile.Length > 0)
        {
            options.Pidfile = Path.GetFullPath(options.Pidfile, directory);
        }

        if (options.Redis.PasswordFile.Length > 0)
        {
            options.Redis.PasswordFile = Path.GetFullPath(options.Redis.PasswordFile, directory);
        }

        if (options.Admin.ApiKeysFile.Length > 0)
        {
            options.Admin.ApiKeysFile = Path.GetFullPath(options.Admin.ApiKeysFile, directory);
        }

        if (options.Redis.CaFile.Length > 0)
        {
            options.Redis.CaFile = Path.GetFullPath(options.Redis.CaFile, directory);
        }

        options.Front.Listen = UnixPath.MakeAbsolute(options.Front.Listen, directory);
        options.Admin.Listen = UnixPath.MakeAbsolute(options.Admin.Listen, directory);
        foreach (var listener in options.GetListeners())
        {
            listener.Listen = UnixPath.MakeAbsolute(listener.Listen, directory);
        }

        if (options.Logger.Output.Length == 0)
        {
            options.Logger.Output = LoggerSection.Stdout;
        }
        else if (options.Logger.IsFile)
        {
            options.Logger.Output = Path.GetFullPath(options.Logger.Output, directory);
        }
    }
}
