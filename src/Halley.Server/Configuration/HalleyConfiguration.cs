using Halley.Server.Configuration.IcometConf;
using Halley.Server.Configuration.Listeners;
using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>
/// The operator's choices, out of four layers; each beats those before it: halley.json as built in, the file given, the
/// environment, the command line.
/// </summary>
/// <param name="Warnings">One line each, for the operator; the server starts all the same.</param>
internal sealed record HalleyConfiguration(HalleyOptions Options, IReadOnlyList<string> Warnings)
{
    /// <summary>No configuration is larger; a wrong path may be anything.</summary>
    public const int MaxFileBytes = 1 << 20;

    /// <summary>The name of the defaults, as the place where a setting was said.</summary>
    public const string BuiltIn = "halley.json (built in)";

    private const string EveryPage =
        ": any page in a browser that reaches this port may publish, and read tokens; allow addresses, "
            + "and list in admin.allowed_origins whose pages may come";

    /// <summary>The values in force for every key, and where they are written.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Setting>> Settings { get; init; } =
        new Dictionary<string, IReadOnlyList<Setting>>();

    /// <summary>The lists of the file.</summary>
    public FileLists Lists { get; init; } = new();

    /// <param name="confPath">
    /// A .json file in the form of halley.json, or anything else in the form of an icomet.conf; null for none.
    /// </param>
    /// <param name="environment">All variables of the process.</param>
    /// <param name="commandLine">What the command line sets.</param>
    /// <exception cref="ConfigurationException">Something cannot be read, or means nothing.</exception>
    public static HalleyConfiguration Load(
        string? confPath, IReadOnlyDictionary<string, string> environment, IReadOnlyList<Setting> commandLine) =>
        Load(confPath, environment, commandLine, null).Configuration;

    /// <summary>Reads it again for a server that runs with it: what is fixed stays as it was.</summary>
    /// <exception cref="ConfigurationException">Something cannot be read, or means nothing.</exception>
    public ChangedConfiguration LoadAgain(
        string? confPath, IReadOnlyDictionary<string, string> environment, IReadOnlyList<Setting> commandLine) =>
        Load(confPath, environment, commandLine, this);

    private static ChangedConfiguration Load(
        string? confPath,
        IReadOnlyDictionary<string, string> environment,
        IReadOnlyList<Setting> commandLine,
        HalleyConfiguration? running)
    {
        var lists = new FileLists();
        var (settings, warnings, utf8) = confPath is null ? ([], [], []) : ReadFile(confPath, lists);
        var variables = EnvironmentSettings.Read(environment);
        var directory = confPath is null
            ? Environment.CurrentDirectory
            : Path.GetDirectoryName(Path.GetFullPath(confPath))!;
        var file = lists.AreEmpty ? null : new ConfigurationFile(utf8, confPath!, directory);
        var listenersFile = file;
        var needRestart = new List<string>();
        if (running is not null && !CanTakeOver(lists.Listeners, running.Options, directory))
        {
            listenersFile = running.Options.GetListenersFile();
            lists.TakeListenersOf(listenersFile);
            needRestart.Add("listeners");
        }

        if (running is not null && !lists.WebhooksText.SequenceEqual(running.Lists.WebhooksText))
        {
            lists.TakeWebhooksOf(running.Lists);
            needRestart.Add("webhooks");
        }

        var written = new Layers([ReadDefaults(), settings, variables, commandLine]);
        var kept = running is null ? [] : running.Settings.Where(
            setting => FixedKeys.Include(setting.Key, running.Options)).SelectMany(setting => setting.Value).ToList();
        var holds = new Layers([.. written.Settings, kept]);
        var options = Complete(holds, lists, directory);
        var isICometConf = confPath is not null && !IsJson(confPath);
        if (!isICometConf && IsExposed(options.Admin))
        {
            throw new ConfigurationException(Exposed(options.Admin));
        }

        options.SetFiles(file, listenersFile);
        var byKey = holds.ByKey();
        options.SetEffective(EffectiveSetting.Of(byKey));
        var above = variables.Concat(commandLine).Select(setting => setting.Key).ToHashSet();
        var configuration = new HalleyConfiguration(
            options,
            [
                .. warnings.Where(warning => !above.Contains(warning.Key)).Select(warning => warning.Text),
                .. DangersOf(options),
                .. PlacesCheck.Overlaps(options),
                .. OpenBesideGuarded.Warnings(options),
            ])
        {
            Settings = byKey,
            Lists = lists,
        };
        return running is null
            ? new ChangedConfiguration(configuration, [], [])
            : new ChangedConfiguration(
                configuration,
                running.Otherwise(configuration),
                [.. needRestart, .. Layers.Different(configuration.Settings, written.ByKey())]);
    }

    /// <summary>Reads a halley.json, with nothing above it.</summary>
    /// <param name="name">
    /// The file, as messages name it; its paths are absolute, or relative to the current directory.
    /// </param>
    /// <exception cref="ConfigurationException">Something cannot be read, or means nothing.</exception>
    public static HalleyOptions Read(ReadOnlySpan<byte> utf8, string name)
    {
        var lists = new FileLists();
        return Complete(
            new Layers([ReadDefaults(), JsonSettings.Read(utf8, name, lists)]), lists, Environment.CurrentDirectory);
    }

    /// <summary>Reads the lists of files that were read before, with all else as it is.</summary>
    /// <param name="file">The one with the namespaces; null for none.</param>
    /// <param name="listenersFile">The one with the listeners; null for none.</param>
    public static void ReadLists(HalleyOptions options, ConfigurationFile? file, ConfigurationFile? listenersFile)
    {
        var lists = new FileLists();
        if (file is not null)
        {
            _ = JsonSettings.Read(file.Utf8, file.Name, lists);
        }

        lists.TakeListenersOf(listenersFile);
        options.Set(lists);
        ListenersCheck.Complete(options, (listenersFile ?? file)?.Directory ?? "/");
        options.SetFiles(file, listenersFile);
    }

    // Sockets stay; nchan counts what there is in its groups from the start, or not at all; and over Redis the key of
    // tokens is fetched at the start.
    private static bool CanTakeOver(List<ListenerSection> listeners, HalleyOptions running, string directory)
    {
        foreach (var listener in listeners)
        {
            listener.Listen = UnixPath.MakeAbsolute(listener.Listen, directory);
            listener.Tls.MakeAbsolute(directory);
        }

        var open = running.GetListeners();
        return listeners.Count == open.Count
            && listeners.Zip(open).All(pair => pair.First.HasSocketOf(pair.Second))
            && (HaveNchan(open) || !HaveNchan(listeners))
            && (!running.Redis.IsUsed || running.RequiresToken || !HalleyOptions.RequireToken(listeners));
    }

    private static bool HaveNchan(IEnumerable<ListenerSection> listeners) =>
        listeners.SelectMany(listener => listener.Endpoints).Any(endpoint => endpoint.IsNchan);

    private List<string> Otherwise(HalleyConfiguration changed)
    {
        List<string> keys = [.. Layers.Different(Settings, changed.Settings)];
        if (!Lists.ListenersText.SequenceEqual(changed.Lists.ListenersText))
        {
            keys.Add("listeners");
        }

        if (!Lists.NamespacesText.SequenceEqual(changed.Lists.NamespacesText))
        {
            keys.Add("namespaces");
        }

        if (!Lists.ProxiesText.SequenceEqual(changed.Lists.ProxiesText))
        {
            keys.Add("proxies");
        }

        return keys;
    }

    private static HalleyOptions Complete(Layers settings, FileLists lists, string directory)
    {
        var layers = settings.Build();
        var options = new HalleyOptions();
        options.Set(lists);
        layers.Bind(options);
        DialectKeys.Bind(layers, options);
        MakePathsAbsolute(options, directory);
        var byKey = settings.ByKey();
        options.Jwt.Require(byKey.GetValueOrDefault("jwt.secrets") ?? []);
        AuthCheck.Require(options, byKey);
        options.Storage.Require(options.Redis);
        options.Front.Tls.Require("front.tls", options.Front.Listen);
        WebhooksCheck.Require(options);
        ListenersCheck.Complete(options, directory);
        PlacesCheck.Require(options, settings.ByKey());
        return options;
    }

    /// <summary>The halley.json built into the program.</summary>
    public static IReadOnlyList<Setting> ReadDefaults()
    {
        using var resource = typeof(HalleyConfiguration).Assembly.GetManifestResourceStream("halley.json")!;
        var utf8 = new byte[resource.Length];
        resource.ReadExactly(utf8);
        return JsonSettings.Read(utf8, BuiltIn);
    }

    private static (
        IReadOnlyList<Setting> Settings,
        IReadOnlyList<ConfWarning> Warnings,
        byte[] Utf8) ReadFile(string path, FileLists lists)
    {
        var utf8 = ReadBytes(path);
        if (IsJson(path))
        {
            return (JsonSettings.Read(utf8, path, lists), [], utf8);
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
                $"{path}: cannot be read: {Unreadable.Reason(path, unreadable)}");
        }
    }

    /// <summary>Lists settings that are allowed, as iComet allows them, but perhaps not meant.</summary>
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

        if (options.Jwt.AllowShortSecrets)
        {
            yield return "jwt.allow_short_secrets is true: a secret of fewer than 32 bytes is weak: whoever has a "
                + "token can try to guess it; give new tokens a longer one, and take this back when the old expired";
        }

        foreach (var endpoint in options.GetListeners()
            .SelectMany(listener => listener.Endpoints)
            .Where(endpoint => endpoint.What.IsApi && AdminSection.IsOpen(endpoint.Allow)))
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
        $"admin.listen is {admin.Listen}, and there is no admin.api_keys, admin.allow or admin.deny: "
            + "whoever reaches that "
            + "port may publish; set keys, or allow who should, such as 127.0.0.1 and 192.168";

    /// <summary>Paths are relative to the file's directory, as with iComet, which goes there.</summary>
    private static void MakePathsAbsolute(HalleyOptions options, string directory)
    {
        options.Pidfile = Absolute(options.Pidfile);
        options.Storage.Path = Absolute(options.Storage.Path);
        options.Redis.PasswordFile = Absolute(options.Redis.PasswordFile);
        options.Redis.CaFile = Absolute(options.Redis.CaFile);
        options.Admin.ApiKeysFile = Absolute(options.Admin.ApiKeysFile);
        options.Admin.ReadOnlyKeysFile = Absolute(options.Admin.ReadOnlyKeysFile);
        options.Jwt.SecretsFile = Absolute(options.Jwt.SecretsFile);
        options.Jwt.PublicKeysFile = Absolute(options.Jwt.PublicKeysFile);
        options.Jwt.JwksFile = Absolute(options.Jwt.JwksFile);
        foreach (var webhook in options.GetWebhooks())
        {
            webhook.SecretFile = Absolute(webhook.SecretFile);
        }

        options.Front.Listen = UnixPath.MakeAbsolute(options.Front.Listen, directory);
        options.Admin.Listen = UnixPath.MakeAbsolute(options.Admin.Listen, directory);
        options.Front.Tls.MakeAbsolute(directory);
        foreach (var listener in options.GetListeners())
        {
            listener.Tls.MakeAbsolute(directory);
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

        string Absolute(string path) => path.Length == 0 ? path : Path.GetFullPath(path, directory);
    }
}
