namespace Halley.Server.Import;

/// <summary>
/// Finds what a location has and Halley does without. What may have kept somebody from it closes its endpoint; what a
/// condition changes, and Halley can too, is put into the endpoint's <c>if</c>.
/// </summary>
/// <param name="http">What stands in the block around all servers.</param>
internal sealed class EndpointExamination(IReadOnlyList<NginxDirective> http, ImportReport report, ValueReader values)
{
    private const string NothingLikeIt = "Halley has nothing like it";

    private const string AsksHook =
        "Halley asks your server itself: write \"auth\": \"hook\" and \"auth_hook\" with its URL into the endpoint";

    /// <summary>Looks at all that holds there, one directive after the other.</summary>
    public void Examine(ImportedEndpoint endpoint, NginxScope scope)
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
            else if (NginxAccess.IsAnyEnough(scope)
                && NginxDirectives.IsForSatisfy(directive.Name)
                && directive.Arguments is not ["off"])
            {
                report.Leave(
                    directive,
                    Reason(directive) + "; who comes from an address that allow names still may, and nobody else");
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
        if (PushStreamDirectives.OfServer.Find(directive.Name) is not null)
        {
            if (!http.Contains(directive))
            {
                report.Leave(
                    directive, "in Halley it holds for the whole server; its place is the section push_stream");
            }
        }
        else if (PushStreamDirectives.OfLocation.Find(directive.Name) is null
            && !PushStreamDirectives.OfKind.Contains(name)
            && !PushStreamDirectives.Obsolete.Contains(name))
        {
            report.Close(endpoint, directive, NothingLikeIt);
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
        else if (NchanDirectives.OfLocation.Find(name) is null
            && !NchanDirectives.OfKind.ContainsKey(name)
            && !NchanDirectives.NotNeeded.Contains(name))
        {
            report.Close(endpoint, directive, NothingLikeIt);
        }
    }

    private void ExamineOther(ImportedEndpoint endpoint, NginxDirective directive)
    {
        switch (NginxDirectives.MeaningOf(directive))
        {
            case NginxMeaning.Access:
                report.Close(endpoint, directive, Reason(directive));
                break;
            case NginxMeaning.Look:
                report.Leave(directive, NothingLikeIt);
                break;
        }
    }

    private static string Reason(NginxDirective directive) =>
        directive.Name == "auth_request" ? AsksHook : NothingLikeIt;

    // What stands for its block alone: nginx's rewriting, and what makes another thing of a location.
    private void ExamineCodes(
        ImportedEndpoint endpoint, IReadOnlyList<NginxDirective> block, NginxScope scope, bool isServer)
    {
        foreach (var directive in block)
        {
            if (directive is { Name: "if", Block: not null })
            {
                ExamineIf(endpoint, directive, scope, isServer);
            }
            else if (NginxDirectives.IsOfBlockAlone(directive.Name)
                && (!isServer || directive.Name is "return" or "rewrite" or "break"))
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
            else if (Conditions.IsPreflight(condition)
                && directive.Name is "return" or "add_header" or "more_set_headers")
            {
                report.Leave(directive, "Halley answers OPTIONS itself");
            }
            else if (NginxDirectives.MeaningOf(directive) == NginxMeaning.Look
                || directive.Name is "default_type" or "client_max_body_size")
            {
                report.Leave(directive, NothingLikeIt);
            }
            else if (NginxDirectives.MeaningOf(directive) == NginxMeaning.Access)
            {
                report.Close(endpoint, directive, "it cannot stand in an if of Halley's");
            }
        }

        if (changes.Count > 0 && Conditions.Write(condition, scope) is not { } when)
        {
            report.Close(
                endpoint, condition, "Halley knows if ($variable), and with =, !=, ~, ~*, !~ or !~* and a text");
        }
        else if (changes.Count > 0)
        {
            endpoint.Conditionals.Add([("when", Conditions.Write(condition, scope)!), .. changes]);
        }

        if (!isServer && Conditions.HasPattern(condition) && HasCaptures(endpoint))
        {
            report.Close(
                endpoint, condition, "where its pattern matches, $1 is a part of that, and no more of the path");
        }
    }

    private (string Key, object Value)? TakeConditional(
        ImportedEndpoint endpoint, NginxDirective directive, NginxScope scope) =>
        !endpoint.Kind.StartsWith(NchanDirectives.Prefix, StringComparison.Ordinal)
        && PushStreamDirectives.OfCondition.Find(directive.Name) is { } option
        && values.Read(directive, option, scope) is { } value
            ? (option.Name, value)
            : null;

    private static bool HasCaptures(ImportedEndpoint endpoint) =>
        endpoint.Values.Concat(endpoint.Conditionals.SelectMany(changes => changes.Skip(1)))
            .SelectMany(value => value.Value as IEnumerable<string> ?? [value.Value as string ?? ""])
            .Any(text => NginxVariables.Of(text).Any(name => char.IsAsciiDigit(name[0])));
}
