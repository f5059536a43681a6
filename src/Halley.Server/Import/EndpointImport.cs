using Halley.Protocol.Options;

namespace Halley.Server.Import;

/// <summary>
/// Makes an endpoint of one location. What may have kept somebody from it, and cannot be said in halley.json, closes
/// it: only this machine is let in, and the report names the directive.
/// </summary>
internal sealed class EndpointImport(
    ImportReport report, ValueReader values, NginxBackends backends, EndpointExamination examination)
{
    /// <returns>Null for a location that is none of ours.</returns>
    public ImportedEndpoint? Of(NginxLocation location, NginxDirective server)
    {
        var kinds = LocationKinds.Of(location.Scope);
        if (kinds.Kind is null)
        {
            return null;
        }

        if ((kinds.Problem ?? location.Problem) is { } problem)
        {
            report.Leave(
                kinds.Problem is null ? location.Directive : kinds.Because!,
                problem + "; its paths are answered with 404");
            return new ImportedEndpoint(location.Written, ImportedEndpoint.Nothing, location.Directive, server);
        }

        var endpoint = new ImportedEndpoint(location.Written, kinds.Kind, location.Directive, server);
        SetAccess(endpoint, location.Scope);
        SetBody(endpoint, location.Scope);
        if (kinds.IsNchan)
        {
            TakeNchan(endpoint, kinds, location.Scope);
        }
        else
        {
            TakePushStream(endpoint, location.Scope);
        }

        examination.Examine(endpoint, location.Scope);
        SetTrustedProxies(endpoint, location.Scope);
        return endpoint;
    }

    private void SetAccess(ImportedEndpoint endpoint, NginxScope scope)
    {
        var rules = scope.AccessRules;
        if (rules.Count == 0)
        {
            return;
        }

        endpoint.Access = NginxAccess.Translate(rules, letsOthersIn: !NginxAccess.IsAnyEnough(scope));
        if (endpoint.Access is null)
        {
            report.Close(
                endpoint,
                rules[0],
                "one of the lines of allow and deny names no address, or there are too many of them");
        }
    }

    private void SetBody(ImportedEndpoint endpoint, NginxScope scope)
    {
        if (!PushStreamDirectives.TakesBodies(endpoint.Kind)
            || scope.Find("client_max_body_size") is not { Arguments: [var size] } limit)
        {
            return;
        }

        if (!Units.TryParseSize(size, out var bytes) || bytes is 0 or > int.MaxValue)
        {
            report.Leave(limit, "Halley wants a limit, and 1 MiB is its own; set max_body");
            return;
        }

        endpoint.Put("max_body", size);
    }

    private void TakePushStream(ImportedEndpoint endpoint, NginxScope scope)
    {
        foreach (var option in PushStreamDirectives.OfLocation.All.Where(
            option => PushStreamDirectives.Concerns(option, endpoint.Kind)))
        {
            if (option.Name == "default_type" && scope.Find("default_type") is { Arguments: [var type] })
            {
                endpoint.Put(option.Name, type);
            }

            foreach (var name in PushStreamDirectives.OfLocation.NamesOf(option))
            {
                if (scope.Find(name) is { } directive)
                {
                    Take(endpoint, directive, option, scope);
                }
            }
        }

        if (endpoint.Values.Contains(("websocket_allow_publish", true)))
        {
            // As the original takes them, which Halley by itself does not.
            endpoint.Put("websocket_allow_unmasked", true);
        }

        // Before there was a directive for it, a variable was set.
        foreach (var variable in new[] { "push_stream_channels_path", "push_stream_channel_id" })
        {
            if (!endpoint.Values.Exists(value => value.Key == "channels_path") && scope.HasVariable(variable))
            {
                endpoint.Put("channels_path", scope.Resolve("$" + variable));
            }
        }
    }

    private void TakeNchan(ImportedEndpoint endpoint, LocationKinds kinds, NginxScope scope)
    {
        if (kinds.Transports is { } transports)
        {
            endpoint.Put("nchan_subscriber", transports.ToList());
        }

        if (kinds.PublishesByWebSocketAlone)
        {
            endpoint.Put("nchan_publisher", "websocket");
        }

        foreach (var option in NchanDirectives.OfLocation.All.Where(option => option.MeansSomethingAt(endpoint.Kind)))
        {
            var found = NchanDirectives.OfLocation
                .NamesOf(option)
                .Select(scope.Find)
                .FirstOrDefault(found => found is not null);
            if (found is not null)
            {
                Take(endpoint, found, option, scope);
            }
        }

        if (!endpoint.Values.Exists(value => value.Key.EndsWith("channel_id", StringComparison.Ordinal))
            && scope.HasVariable("push_channel_id"))
        {
            endpoint.Put("nchan_channel_id", scope.Resolve("$push_channel_id"));
        }

        if (!endpoint.Values.Exists(value => value.Key == "nchan_channel_group"))
        {
            endpoint.Values.RemoveAll(value => value.Key.StartsWith("nchan_group_", StringComparison.Ordinal));
        }
    }

    private void Take(ImportedEndpoint endpoint, NginxDirective directive, Option option, NginxScope scope)
    {
        var isBackend = option.Kind == ValueKind.Backend;
        var value = isBackend ? backends.UrlOf(directive, scope) : values.Read(directive, option, scope);
        if (value is not null)
        {
            if (option.Kind != ValueKind.Origin || directive.Arguments[0].IndexOf('$') < 0)
            {
                endpoint.Put(option.Name, value);
            }
            else
            {
                report.Leave(
                    directive,
                    "Halley wants a list of origins; browsers of other sites are refused until there is one");
            }
        }
        else if (isBackend)
        {
            report.Close(
                endpoint,
                directive,
                "there is no location that only passes it on to one HTTP server; give that server's URL");
        }
        else
        {
            var whose = NchanDirectives.IsOne(directive.Name) ? "Halley" : "nginx-push-stream-module";
            report.Close(endpoint, directive, $"its value is none that {whose} takes");
        }
    }

    private void SetTrustedProxies(ImportedEndpoint endpoint, NginxScope scope)
    {
        var trusted = scope.FindAll("set_real_ip_from");
        if (trusted.Count == 0)
        {
            return;
        }

        var networks = trusted
            .Select(directive => directive.Arguments is [var text] ? NginxAccess.NetworkOf(text) : null)
            .ToList();
        var isForwarded = scope.Find("real_ip_header") is { Arguments: [var header] }
            && header.Equals("X-Forwarded-For", StringComparison.OrdinalIgnoreCase);
        var isRead = scope.Find("real_ip_recursive") is { Arguments: ["on"] }
            || networks.TrueForAll(network => network is { } one && !NginxAccess.Write(one).Contains('/'));
        if (isForwarded && isRead && networks.TrueForAll(network => network is not null))
        {
            endpoint.TrustedProxies = [.. networks.Select(network => NginxAccess.Write(network!.Value))];
            return;
        }

        const string Why =
            "Halley reads X-Forwarded-For, past all addresses that are trusted: real_ip_header X-Forwarded-For, "
                + "real_ip_recursive on";
        if (endpoint.Access is null || endpoint.Access.Allow is ["all"])
        {
            report.Leave(trusted[0], Why);
            return;
        }

        report.Close(endpoint, trusted[0], Why, isBehindProxy: true);
    }
}
