using System.Text.Json.Nodes;

namespace Halley.Server.Import.Centrifugo;

/// <summary>
/// The namespaces of a Centrifugo configuration as those of a halley.json. Where ours would let in more than theirs,
/// nobody is let in, and that is named.
/// </summary>
/// <param name="isInsecure">Whether nobody is asked whether it may.</param>
internal sealed class ImportedNamespaces(ImportReport report, ImportedProxies proxies, bool isInsecure)
{
    private static readonly string[] Actions = ["subscribe", "publish", "history", "presence"];

    public JsonArray Written { get; } = [];

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
        var words = Actions.ToDictionary(action => action, action => WordOf(section, action));
        TakePresence(section, words["presence"], written);
        if (!isInsecure)
        {
            written["subscribe"] = words["subscribe"];
            written["publish"] = words["publish"];
        }

        TakeProxies(section, written);
        if (isInsecure)
        {
            return;
        }

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

    // A server that would be asked there, and cannot be here, has not allowed anything.
    private void TakeProxies(ConfigSection section, JsonObject written)
    {
        if (section.Flag("subscribe_stream_proxy_enabled"))
        {
            report.Leave($"{section.Path}subscribe_stream_proxy_enabled", "it is asked over gRPC, so nobody may");
            written["subscribe"] = "nobody";
            written["publish"] = "nobody";
        }
        else
        {
            TakeProxy("subscribe");
        }

        TakeProxy("publish");
        if (section.Flag("sub_refresh_proxy_enabled") && written["subscribe_proxy"] is null)
        {
            report.Leave(
                $"{section.Path}sub_refresh_proxy_enabled",
                "only a subscription that a server has allowed is asked about again: it ends when its time is over");
        }
        else
        {
            TakeProxy("sub_refresh");
        }

        section.Ignore(
            "sub_refresh_proxy_name", "subscribe_stream_proxy_name", "subscribe_stream_proxy_bidirectional");

        void TakeProxy(string kind)
        {
            if (!section.Flag($"{kind}_proxy_enabled"))
            {
                section.Ignore($"{kind}_proxy_name");
            }
            else if (proxies.Take(kind, section) is { } name)
            {
                written[$"{kind}_proxy"] = name;
            }
            else if (kind != "sub_refresh")
            {
                written[kind] = "nobody";
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
