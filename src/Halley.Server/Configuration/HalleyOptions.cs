using System.Diagnostics.Metrics;
using Halley.Engine;
using Halley.Protocol.Access;
using Halley.Protocol.Clients;
using Halley.Protocol.Dialects.Centrifugo.Proxies;
using Halley.Protocol.Dialects.IComet;
using Halley.Protocol.Dialects.PushStream;
using Halley.Protocol.Links;
using Halley.Server.Configuration.Listeners;
using Halley.Workers;
using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>All an operator can choose. The defaults are halley.json's; a test compares the two.</summary>
internal sealed class HalleyOptions
{
    private IReadOnlyList<ListenerSection> _listeners = [];
    private ChannelNamespaces _namespaces = ChannelNamespaces.None;
    private IReadOnlyList<WebhookSection> _webhooks = [];
    private IReadOnlyList<NamedProxy> _proxies = [];
    private ConfigurationFile? _file;
    private IReadOnlyList<EffectiveSetting> _effective = [];
    private ConfigurationFile? _listenersFile;

    /// <summary>
    /// The file that holds the process id while the server runs; absolute once loaded. Default: none.
    /// </summary>
    [ConfigurationKeyName("pidfile")]
    public string Pidfile { get; set; } = "";

    [ConfigurationKeyName("logger")]
    public LoggerSection Logger { get; set; } = new();

    [ConfigurationKeyName("admin")]
    public AdminSection Admin { get; set; } = new();

    [ConfigurationKeyName("front")]
    public FrontSection Front { get; set; } = new();

    [ConfigurationKeyName("tls")]
    public TlsSection Tls { get; set; } = new();

    [ConfigurationKeyName("storage")]
    public StorageSection Storage { get; set; } = new();

    [ConfigurationKeyName("jwt")]
    public JwtSection Jwt { get; set; } = new();

    [ConfigurationKeyName("hook")]
    public HookSection Hook { get; set; } = new();

    [ConfigurationKeyName("limits")]
    public LimitsSection Limits { get; set; } = new();

    [ConfigurationKeyName("redis")]
    public RedisSection Redis { get; set; } = new();

    [ConfigurationKeyName("router")]
    public RouterSection Router { get; set; } = new();

    [ConfigurationKeyName("backend")]
    public BackendSection Backend { get; set; } = new();

    [ConfigurationKeyName("otlp")]
    public OtlpSection Otlp { get; set; } = new();

    [ConfigurationKeyName("drain")]
    public DrainSection Drain { get; set; } = new();

    [ConfigurationKeyName("engine")]
    public EngineSection Engine { get; set; } = new();

    /// <summary>
    /// iComet's own keys of front; see <see cref="DialectKeys"/>. Not public: the binder has no part in it.
    /// </summary>
    internal ICometOptions IComet { get; } = new();

    /// <summary>The keys of push_stream.</summary>
    internal PushStreamOptions PushStream { get; } = new();

    /// <summary>
    /// The operator's own listeners. Only a file can set them; methods, since the binder would take a property for its
    /// own.
    /// </summary>
    public IReadOnlyList<ListenerSection> GetListeners() => _listeners;

    /// <summary>The rules for channels by their names. Only a file can set it, too.</summary>
    public ChannelNamespaces GetNamespaces() => _namespaces;

    /// <summary>Whether any address is served with TLS.</summary>
    public bool HasTls => Front.Tls.IsUsed || _listeners.Any(listener => listener.Tls.IsUsed);

    /// <summary>Whether subscribers need a channel's own token anywhere.</summary>
    public bool RequiresToken => IComet.RequireToken || RequireToken(_listeners);

    /// <summary>The receivers of events. Only a file can set it, too.</summary>
    public IReadOnlyList<WebhookSection> GetWebhooks() => _webhooks;

    /// <summary>The operator's servers that are asked by name. Only a file can set it, too.</summary>
    public IReadOnlyList<NamedProxy> GetProxies() => _proxies;

    /// <summary>The file that namespaces stand in; null where there is none, or it has none.</summary>
    public ConfigurationFile? GetFile() => _file;

    /// <summary>
    /// The value in force for each option, and where it was said, for operators; nothing in a worker.
    /// </summary>
    public IReadOnlyList<EffectiveSetting> GetEffective() => _effective;

    public void SetEffective(IReadOnlyList<EffectiveSetting> settings) => _effective = settings;

    /// <summary>The one that listeners stand in: an earlier one, where these could not be taken over.</summary>
    public ConfigurationFile? GetListenersFile() => _listenersFile;

    public void SetFiles(ConfigurationFile? file, ConfigurationFile? listenersFile) =>
        (_file, _listenersFile) = (file, listenersFile);

    public void Set(FileLists lists) =>
        (_listeners, _namespaces, _webhooks, _proxies) =
            (lists.Listeners, new(lists.Namespaces), lists.Webhooks, lists.Proxies);

    /// <summary>Whether subscribers need a channel's own token at some of these.</summary>
    public static bool RequireToken(IEnumerable<ListenerSection> listeners) => listeners
        .SelectMany(listener => listener.Endpoints)
        .Any(endpoint => endpoint.Auth.Asks(AuthModes.Token));

    /// <param name="reactors">How many, where the operator leaves that to us.</param>
    /// <param name="turns">Is told the time of their turns.</param>
    public EngineOptions ToEngineOptions(int reactors, Histogram<double> turns)
    {
        var engine = Engine.ToOptions(reactors, turns);
        engine.MaxRefusalLines = Logger.Refusals;
        return engine;
    }

    /// <summary>The limits of channels, and what namespaces say of them.</summary>
    public HubOptions ToHubOptions()
    {
        var limits = Front.ToHubOptions(PushStream);
        limits.RetentionOf = _namespaces.AreNone ? null : _namespaces.RetentionOf;
        limits.SlowConsumersOf = _namespaces.AreNone ? null : _namespaces.SlowConsumersOf;
        return limits;
    }

    /// <summary>Makes iComet's options: its own keys, and who may come to its two ports.</summary>
    /// <param name="admission">Who may use its front port.</param>
    public ICometOptions ToICometOptions(Admission admission)
    {
        IComet.Admission = admission;
        IComet.FrontRules = new AddressRules(Front.Allow, Front.Deny);
        IComet.AdminRules = new AddressRules(Admin.Allow, Admin.Deny);
        return IComet;
    }

    /// <summary>The limits of a worker's link: whatever may come to that worker goes over it.</summary>
    public LinkOptions ToLinkOptions() => WorkerLimits.For(
        _listeners
            .Select(listener => listener.MaxRequestHead)
            .Concat([Front.MaxRequestHead, Admin.MaxRequestHead])
            .Max(),
        _listeners.Select(listener => listener.MaxRequestBody)
            .Concat([Front.MaxRequestBody, Admin.MaxRequestBody])
            .Max());
}
