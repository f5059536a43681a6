using System.Text.Json.Nodes;

namespace Halley.Server.Import.Centrifugo;

/// <summary>
/// The namespaces of a Centrifugo configuration as those of a halley.json. Where ours would let in more than theirs,
/// nobody is let in, and that is named.
/// </summary>
/// <param name="isInsecure">Whether nobody is asked whether it may.</param>
internal sealed class ImportedNamespaces(ImportReport report, bool isInsecure)
{
    private static readonly string[] Actions = ["subscribe", "publish", "history", "presence"];

    public JsonArray Written { get; } = [];

    public List<string> ProxiedSubscribes { get; } = [];

    public List<string> ProxiedPublishes { get; } = [];

    // Of the namespace that is being taken.
    private bool _recovers;

    public bool ForcesRecovery { get; private set; }

    public bool ForcesPositioning { get; private set; }

    public bool ForcesJoinLeave { get; private set; }

    public bool AllowsDelta { get; private set; }

    public bool AllowsTagsFilter { get; private set; }

    public void Take(ConfigSection section, string prefix)
    {
        var written = new JsonObject { ["prefix"] = prefix };
        Written.Add((JsonNode)written);
        if (section.Text("subscription_type", "stream") is not ("" or "stream"))
        {
            report.Leave($"{section.Path}subscription_type", "its channels are no streams of messages: nobody may");
            section.IgnoreAll();
            Array.ForEach(Actions[..3], action => written[action] = "nobody");
            return;
        }

        TakeHistory(section, written);
        AllowsDelta |= section.Texts("allowed_delta_types").Contains("fossil");
        AllowsTagsFilter |= section.Flag("allow_tags_filter");
        section.Ignore("delta_publish", "history_meta_ttl");
        TakeProxies(section, prefix);
        var words = Actions.ToDictionary(action => action, action => WordOf(section, action));
        TakePresence(section, words["presence"], written);
        if (isInsecure)
        {
            return;
        }

        written["subscribe"] = words["subscribe"];
        written["publish"] = words["publish"];

        // What can be recovered can be read.
        if (!_recovers && words["history"] == "nobody" && !section.Flag("allow_history_for_subscriber"))
        {
            written["history"] = "nobody";
        }
    }

    private void TakeHistory(ConfigSection section, JsonObject written)
    {
        var (size, life) = (section.Number("history_size"), section.Time("history_ttl"));
        written["history_size"] = life is null ? 0 : size;
        if (size > 0 && life is { } time && time >= TimeSpan.FromSeconds(1))
        {
            written["history_ttl"] = GoDuration.Written(time);
        }

        var forces = section.Flag("force_recovery");
        _recovers = section.Flag("allow_recovery") || forces;
        ForcesRecovery |= forces;
        ForcesPositioning |= section.Flag("force_positioning");
        ForcesJoinLeave |= section.Flag("force_push_join_leave");
        section.Ignore("allow_positioning");
        if (section.Text("force_recovery_mode") == "cache")
        {
            written["recovery_mode"] = "cache";
        }
    }

    private void TakePresence(ConfigSection section, string word, JsonObject written)
    {
        var (isPresent, tells) = (section.Flag("presence"), section.Flag("join_leave"));
        if (isPresent || tells)
        {
            written["presence"] = !isPresent ? "nobody" : isInsecure ? "anyone" : word;
        }

        if (tells)
        {
            written["join_leave"] = true;
        }
    }

    private void TakeProxies(ConfigSection section, string prefix)
    {
        TakeProxy("subscribe", ProxiedSubscribes);
        TakeProxy("publish", ProxiedPublishes);
        section.Ignore("sub_refresh_proxy_enabled", "sub_refresh_proxy_name");

        void TakeProxy(string kind, List<string> proxied)
        {
            var name = section.Text($"{kind}_proxy_name", "default");
            if (section.Flag($"{kind}_proxy_enabled") && name is "" or "default")
            {
                proxied.Add(prefix + "*");
            }
            else if (name is not ("" or "default"))
            {
                report.Leave($"{section.Path}{kind}_proxy_name", "one server is asked, whatever the namespace");
            }
        }
    }

    // Who may, in our words; nobody, where ours say more.
    private string WordOf(ConfigSection section, string action)
    {
        var (client, anonymous) =
            (section.Flag($"allow_{action}_for_client"), section.Flag($"allow_{action}_for_anonymous"));
        var subscriber = action != "subscribe" && section.Flag($"allow_{action}_for_subscriber");
        if (anonymous && !client)
        {
            report.Leave($"{section.Path}allow_{action}_for_anonymous", "those with a name may not: nobody may");
            return "nobody";
        }

        if (subscriber && !client && action != "history" && !isInsecure)
        {
            report.Leave($"{section.Path}allow_{action}_for_subscriber", "others could, too: nobody may");
        }

        return client && anonymous ? "anyone" : client ? "users" : "nobody";
    }
}
