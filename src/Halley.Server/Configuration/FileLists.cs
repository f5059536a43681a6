using Halley.Protocol.Clients;
using Halley.Protocol.Dialects.Centrifugo.Proxies;
using Halley.Server.Configuration.Listeners;

namespace Halley.Server.Configuration;

/// <summary>The lists of a halley.json, which no other layer can set.</summary>
internal sealed class FileLists
{
    public List<ListenerSection> Listeners { get; private set; } = [];

    public List<ChannelNamespace> Namespaces { get; } = [];

    /// <summary>The place of the list of namespaces; empty where there is none.</summary>
    public string NamespacesOrigin { get; set; } = "";

    public List<WebhookSection> Webhooks { get; private set; } = [];

    public List<NamedProxy> Proxies { get; } = [];

    /// <summary>The place of the list of proxies; empty where there is none.</summary>
    public string ProxiesOrigin { get; set; } = "";

    /// <summary>The lists as written, to see whether they are the same.</summary>
    public byte[] ListenersText { get; set; } = [];

    public byte[] NamespacesText { get; set; } = [];

    public byte[] WebhooksText { get; set; } = [];

    public byte[] ProxiesText { get; set; } = [];

    public bool AreEmpty =>
        Listeners.Count == 0 && Namespaces.Count == 0 && Webhooks.Count == 0 && Proxies.Count == 0;

    /// <summary>Takes the listeners of another file; null for none.</summary>
    public void TakeListenersOf(ConfigurationFile? file)
    {
        var other = new FileLists();
        if (file is not null)
        {
            _ = JsonSettings.Read(file.Utf8, file.Name, other);
        }

        (Listeners, ListenersText) = (other.Listeners, other.ListenersText);
    }

    /// <summary>Takes the webhooks that were read before.</summary>
    public void TakeWebhooksOf(FileLists other) => (Webhooks, WebhooksText) = (other.Webhooks, other.WebhooksText);
}
