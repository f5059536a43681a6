using Halley.Server.Configuration.Listeners;

namespace Halley.Server.Import;

/// <summary>
/// Makes an endpoint of one location. What may have kept somebody from it, and cannot be said in halley.json, closes it: only this machine is let in,
/// and the report names the directive.
/// </summary>
/// <param name="http">What stands in the block around all servers.</param>
internal sealed class EndpointImport(IReadOnlyList<NginxDirective> http, ImportReport report, ValueReader values, NginxBackends backends)
{
    private const string NothingLikeIt = "Halley has nothing like it";

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
            report.Leave(kinds.Problem is null ? location.Directive : kinds.Because!, problem + "; its paths are answered with 404");
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

        Examine(endpoint, location.Scope);
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

        endpoint.Access = NginxAccess.Translate(rules, letsOthersIn: !IsAnyEnough(scope));
        if (endpoint.Access is null)
        {
            Close(endpoint, rules[0], "one of the lines of allow and deny names no address, or there are too many of them");
        }
    }

    // Whom an address lets in needs no password, and the other way round.
    private static bool IsAnyEnough(NginxScope scope) =>
        scope.Find("satisfy") is { Arguments: ["any"] }
        && scope.AccessRules.Count > 0
        && scope.All.Any(directive => NginxDirectives.IsForSatisfy(directive.Name) && directive.Arguments is not ["off"]);

    private void SetBody(ImportedEndpoint endpoint, NginxScope scope)
    {
        if (!PushStreamDirectives.Concerns("max_body", endpoint.Kind) || scope.Find("client_max_body_size") is not { Arguments: [var size] } limit)
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
        if (PushStreamDirectives.Concerns("default_type", endpoint.Kind) && scope.Find("default_type") is { Arguments: [var type] })
        {
            endpoint.Put("default_type", type);
        }

        foreach (var (name, (key, kind)) in PushStreamDirectives.OfLocation)
        {
            if (PushStreamDirectives.Concerns(key, endpoint.Kind) && scope.Find(PushStreamDirectives.Prefix + name) is { } directive)
            {
                Take(endpoint, directive, key, kind, scope);
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

        foreach (var (name, kind) in NchanDirectives.OfLocation)
        {
            if (NchanDirectives.Concerns(name, endpoint.Kind)
                && NchanDirectives.NamesOf(name).Select(scope.Find).FirstOrDefault(found => found is not null) is { } directive)
            {
                Take(endpoint, directive, name, kind, scope);
            }
        }

        if (!endpoint.Values.Exists(value => value.Key.EndsWith("channel_id", StringComparison.Ordinal)) && scope.HasVariable("push_channel_id"))
        {
            endpoint.Put("nchan_channel_id", scope.Resolve("$push_channel_id"));
        }

        if (!endpoint.Values.Exists(value => value.Key == "nchan_channel_group"))
        {
            endpoint.Values.RemoveAll(value => value.Key.StartsWith("nchan_group_", StringComparison.Ordinal));
        }
    }

    private void Take(ImportedEndpoint endpoint, NginxDirective directive, string key, ValueKind kind, NginxScope scope)
    {
        var value = kind == ValueKind.Backend ? backends.UrlOf(directive, scope) : values.Read(directive, kind, scope);
        if (value is not null)
        {
            if (kind != ValueKind.Origins || directive.Arguments[0].IndexOf('$') < 0)
            {
                endpoint.Put(key, value);
            }
            else
            {
                report.Leave(directive, "Halley wants a list of origins; browsers of other sites are refused until there is one");
            }
        }
        else if (kind == ValueKind.Backend)
        {
            Close(endpoint, directive, "there is no location that only passes it on to one HTTP server; give that server's URL");
        }
        else
        {
            var whose = NchanDirectives.IsOne(directive.Name) ? "Halley" : "nginx-push-stream-module";
            Close(endpoint, directive, $"its value is none that {whose} takes");
        }
    }

    // All that holds here, one directive after the other: what is it, where Halley does without?
    private void Examine(ImportedEndpoint endpoint, NginxScope scope)
    {
        foreach (var directive in scope.All)
        {
            if (directive.Name.StartsWith(PushStreamDirectives.Prefix, StringComparison.Ordinal))
            {
                ExaminePushStream(endpoint, directive);
            }
            else if (NchanDirectives.IsOne(directive.Name))
            {
                ExamineNchan(endpoint, directive);
            }
            else if (IsAnyEnough(scope) && NginxDirectives.IsForSatisfy(directive.Name) && directive.Arguments is not ["off"])
            {
                report.Leave(directive, NothingLikeIt + "; who comes from an address that allow names still may, and nobody else");
            }
            else
            {
                ExamineOther(endpoint, directive);
            }
        }

        ExamineCodes(endpoint, scope.ServersOwn, scope, isServer: true);
        ExamineCodes(endpoint, scope.Own, scope, isServer: false);
    }

    private void ExaminePushStream(ImportedEndpoint endpoint, NginxDirective directive)
    {
        var name = directive.Name[PushStreamDirectives.Prefix.Length..];
        if (PushStreamDirectives.OfServer.ContainsKey(name))
        {
            if (!http.Contains(directive))
            {
                report.Leave(directive, "in Halley it holds for the whole server; its place is the section push_stream");
            }
        }
        else if (!PushStreamDirectives.OfLocation.ContainsKey(name)
            && !PushStreamDirectives.OfKind.Contains(name)
            && !PushStreamDirectives.Obsolete.Contains(name))
        {
            Close(endpoint, directive, NothingLikeIt);
        }
    }

    private void ExamineNchan(ImportedEndpoint endpoint, NginxDirective directive)
    {
        var name = NchanDirectives.NameOf(directive.Name);
        if (NchanDirectives.Missed.Contains(name) || name.StartsWith("nchan_redis_", StringComparison.Ordinal))
        {
            if (directive is not { Arguments: ["off" or "memory" or "broadcast"] })
            {
                report.Leave(directive, NothingLikeIt);
            }
        }
        else if (!NchanDirectives.OfLocation.ContainsKey(name)
            && !NchanDirectives.OfKind.ContainsKey(name)
            && !NchanDirectives.NotNeeded.Contains(name))
        {
            Close(endpoint, directive, NothingLikeIt);
        }
    }

    private void ExamineOther(ImportedEndpoint endpoint, NginxDirective directive)
    {
        switch (NginxDirectives.MeaningOf(directive))
        {
            case NginxMeaning.Access:
                Close(endpoint, directive, NothingLikeIt);
                break;
            case NginxMeaning.Look:
                report.Leave(directive, NothingLikeIt);
                break;
        }
    }

    // What stands for its block alone: nginx's rewriting, and what makes another thing of a location.
    private void ExamineCodes(ImportedEndpoint endpoint, IReadOnlyList<NginxDirective> block, NginxScope scope, bool isServer)
    {
        foreach (var directive in block)
        {
            if (directive is { Name: "if", Block: not null })
            {
                ExamineIf(endpoint, directive, scope, isServer);
            }
            else if (NginxDirectives.IsOfBlockAlone(directive.Name) && (!isServer || directive.Name is "return" or "rewrite" or "break"))
            {
                ExamineOther(endpoint, directive);
            }
        }
    }

    private void ExamineIf(ImportedEndpoint endpoint, NginxDirective condition, NginxScope scope, bool isServer)
    {
        var changes = new List<(string Key, object Value)>();
        foreach (var directive in condition.Block!)
        {
            if (!isServer && TakeConditional(endpoint, directive, scope) is { } change)
            {
                changes.RemoveAll(other => other.Key == change.Key);
                changes.Add(change);
            }
            else if (directive.Name == "set")
            {
                report.Leave(directive, "what it sets has one value or another, and Halley knows one for all requests");
            }
            else if (Conditions.IsPreflight(condition) && directive.Name is "return" or "add_header" or "more_set_headers")
            {
                report.Leave(directive, "Halley answers OPTIONS itself");
            }
            else if (NginxDirectives.MeaningOf(directive) == NginxMeaning.Look || directive.Name is "default_type" or "client_max_body_size")
            {
                report.Leave(directive, NothingLikeIt);
            }
            else if (NginxDirectives.MeaningOf(directive) == NginxMeaning.Access)
            {
                Close(endpoint, directive, "it cannot stand in an if of Halley's");
            }
        }

        if (changes.Count > 0 && Conditions.Write(condition, scope) is not { } when)
        {
            Close(endpoint, condition, "Halley knows if ($variable), and with =, !=, ~, ~*, !~ or !~* and a text");
        }
        else if (changes.Count > 0)
        {
            endpoint.Conditionals.Add([("when", Conditions.Write(condition, scope)!), .. changes]);
        }

        if (!isServer && Conditions.HasPattern(condition) && HasCaptures(endpoint))
        {
            Close(endpoint, condition, "where its pattern matches, $1 is a part of that, and no more of the path");
        }
    }

    private (string Key, object Value)? TakeConditional(ImportedEndpoint endpoint, NginxDirective directive, NginxScope scope)
    {
        if (endpoint.Kind.StartsWith(NchanDirectives.Prefix, StringComparison.Ordinal)
            || !directive.Name.StartsWith(PushStreamDirectives.Prefix, StringComparison.Ordinal)
            || !PushStreamDirectives.OfCondition.Contains(directive.Name[PushStreamDirectives.Prefix.Length..]))
        {
            return null;
        }

        var (key, kind) = PushStreamDirectives.OfLocation[directive.Name[PushStreamDirectives.Prefix.Length..]];
        return values.Read(directive, kind, scope) is { } value ? (key, value) : null;
    }

    private static bool HasCaptures(ImportedEndpoint endpoint) =>
        endpoint.Values.Concat(endpoint.Conditionals.SelectMany(changes => changes.Skip(1)))
            .SelectMany(value => value.Value as IEnumerable<string> ?? [value.Value as string ?? ""])
            .Any(text => NginxVariables.Of(text).Any(name => char.IsAsciiDigit(name[0])));

    private void SetTrustedProxies(ImportedEndpoint endpoint, NginxScope scope)
    {
        var trusted = scope.FindAll("set_real_ip_from");
        if (trusted.Count == 0)
        {
            return;
        }

        var networks = trusted.Select(directive => directive.Arguments is [var text] ? NginxAccess.NetworkOf(text) : null).ToList();
        var isForwarded = scope.Find("real_ip_header") is { Arguments: [var header] }
            && header.Equals("X-Forwarded-For", StringComparison.OrdinalIgnoreCase);
        var isRead = scope.Find("real_ip_recursive") is { Arguments: ["on"] }
            || networks.TrueForAll(network => network is { } one && !NginxAccess.Write(one).Contains('/'));
        if (isForwarded && isRead && networks.TrueForAll(network => network is not null))
        {
            endpoint.TrustedProxies = [.. networks.Select(network => NginxAccess.Write(network!.Value))];
            return;
        }

        const string Why = "Halley reads X-Forwarded-For, past all addresses that are trusted: real_ip_header X-Forwarded-For, real_ip_recursive on";
        if (endpoint.Access is null || endpoint.Access.Allow is ["all"])
        {
            report.Leave(trusted[0], Why);
            return;
        }

        report.Close(trusted[0], Why, endpoint.Source);
        endpoint.Close(isBehindProxy: true);
    }

    private void Close(ImportedEndpoint endpoint, NginxDirective directive, string why)
    {
        report.Close(directive, why, endpoint.Source);
        endpoint.Close();
    }
}
