using Halley.Protocol.Access;
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
    private ConfigurationFile? _file;

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

    [ConfigurationKeyName("redis")]
    public RedisSection Redis { get; set; } = new();

    [ConfigurationKeyName("router")]
    public RouterSection Router { get; set; } = new();

    [ConfigurationKeyName("backend")]
    public BackendSection Backend { get; set; } = new();

    [ConfigurationKeyName("engine")]
    public EngineSection Engine { get; set; } = new();

    /// <summary>
    /// What iComet's own keys of front say; see <see cref="DialectKeys"/>. Not public: the binder has no part in it.
    /// </summary>
    internal ICometOptions IComet { get; } = new();

    /// <summary>What push_stream says.</summary>
    internal PushStreamOptions PushStream { get; } = new();

    /// <summary>
    /// The operator's own listeners. Only a file can set them; methods, since the binder would take a property for its
    /// own.
    /// </summary>
    public IReadOnlyList<ListenerSection> GetListeners() => _listeners;

    /// <summary>The file that the listeners stand in; null where there is none, or it has none.</summary>
    public ConfigurationFile? GetFile() => _file;

    public void SetFile(ConfigurationFile file) => _file = file;

    public void SetListeners(IReadOnlyList<ListenerSection> listeners) => _listeners = listeners;

    /// <summary>What iComet is told: its own keys, and who may come to its two ports.</summary>
    public ICometOptions ToICometOptions()
    {
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
