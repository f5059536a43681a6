using System.CommandLine;
using System.Text;
using Halley.Protocol.Clients;
using Halley.Server.Configuration;
using Halley.Server.Configuration.Listeners;
using Halley.Server.Tls;

namespace Halley.Server.Commands;

/// <summary>
/// <c>halley check</c>: reads a configuration as a server would, and says what would be open to whom.
/// </summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var arguments = new ConfigurationArguments();
        var command = new Command(
            "check", "Read a configuration and say what would be open to whom; status 0 when a server starts with it");
        arguments.AddTo(command);
        command.SetAction(parsed =>
        {
            var configuration = HalleyConfiguration.Load(
                arguments.PathIn(parsed), Serve.Variables(), arguments.SettingsIn(parsed));
            Write(configuration, parsed.InvocationConfiguration.Output);
            return 0;
        });
        return command;
    }

    /// <exception cref="ConfigurationException">A file that it names cannot be used.</exception>
    public static void Write(HalleyConfiguration configuration, TextWriter output)
    {
        var options = configuration.Options;
        _ = options.Jwt.ToOptions();
        Tell("admin", options.Admin.Listen, "publishing, channels, the HTTP API", RulesOf(
            options.Admin.Allow, options.Admin.Deny), KeysOf(options.Admin));
        Tell("front", options.Front.Listen, "subscribing to any channel", RulesOf(
            options.Front.Allow, options.Front.Deny), ProofOfFront(options), options.Front.Tls);
        foreach (var listener in options.GetListeners())
        {
            foreach (var endpoint in listener.Endpoints)
            {
                Tell(
                    $"{endpoint.Kind} {endpoint.Location!.Written}",
                    listener.Listen,
                    WhatOf(endpoint) + (endpoint.IsInternal ? ", where a backend endpoint leads here" : ""),
                    RulesOf(endpoint.Allow, endpoint.Deny),
                    ProofOf(endpoint, options),
                    listener.Tls);
            }
        }

        foreach (var one in options.GetNamespaces().All)
        {
            output.WriteLine($"channels that begin with \"{Encoding.UTF8.GetString(one.Prefix)}\": {RulesOf(one)}");
        }

        foreach (var warning in configuration.Warnings)
        {
            output.WriteLine($"warning: {warning}");
        }

        void Tell(string name, string listen, string what, string rules, string proof, ListenerTls? tls = null)
        {
            if (listen == ListenAddress.Off)
            {
                output.WriteLine($"{name}: off");
                return;
            }

            output.WriteLine($"{name}: {what}");
            output.WriteLine($"  at {listen}{SecurityOf(tls)}, {ReachOf(listen)}; {rules}; {proof}");
        }
    }

    private static string SecurityOf(ListenerTls? tls)
    {
        if (tls is not { IsUsed: true })
        {
            return "";
        }

        var certificates = new Certificates(tls, TimeProvider.System);
        var redirect = tls.RedirectFrom.Length > 0 ? $", where HTTP at {tls.RedirectFrom} leads to" : "";
        return $" with TLS as {string.Join(" and ", certificates.Names.DefaultIfEmpty("no host"))} until "
            + $"{certificates.Expires:yyyy-MM-dd}{redirect}";
    }

    private static string ReachOf(string listen) =>
        UnixPath.IsMeant(listen) ? "reachable for processes on this machine that may open the socket"
        : ListenAddress.TryParse(listen, out var address) && address.IsLoopback ? "reachable from this machine alone"
        : "reachable from other machines";

    private static string RulesOf(List<string> allow, List<string> deny) =>
        (allow.Count, deny.Count) switch
        {
            (0, 0) => "answers any address",
            (0, _) => $"answers no address: deny {string.Join(", ", deny)}, and nothing is allowed",
            (_, 0) => $"answers {AllowedBy(allow)}",
            _ => $"answers {AllowedBy(allow)}, but not {string.Join(", ", deny)}",
        };

    private static string AllowedBy(List<string> allow) =>
        AdminSection.IsOpen(allow) ? "any address" : $"only {string.Join(", ", allow)}";

    private static string RulesOf(ChannelNamespace one) =>
        string.Join("; ", new[]
        {
            $"subscribing: {WhoOf(one.Subscribe, "as the endpoint asks")}",
            $"publishing: {WhoOf(one.Publish, "as the endpoint asks")}",
            $"what is kept: {WhoOf(one.ReadPast, "whoever may subscribe")}",
            one.Presence is null ? null : $"who is there: {WhoOf(one.Presence, "")}",
            one.Retention is not { } retention ? null
                : $"kept are {retention.Messages} messages"
                    + (retention.TimeToLive is { } life ? $" for {life.TotalSeconds} s" : ""),
        }.OfType<string>());

    private static string WhoOf(WhoMay? who, string unsaid) => who switch
    {
        WhoMay.Nobody => "nobody",
        WhoMay.Users => "users with a name",
        WhoMay.Anyone => "anyone",
        _ => unsaid,
    };

    private static string KeysOf(AdminSection admin) =>
        admin.ReadKeys().AreNone ? "without a key"
        : admin.RequireKey == "others" ? "with a key, but for this machine"
        : "with a key";

    private static string ProofOf(EndpointSection endpoint, HalleyOptions options) => endpoint.Kind switch
    {
        "icomet-front" when endpoint.IsAsFront => ProofOfFront(options),
        _ when endpoint.What.IsApi => KeysOf(options.Admin),
        _ => ProofOf(
            endpoint.Auth.Modes ?? AuthModes.None,
            endpoint.Auth.ConnectHook,
            endpoint.Auth.Hook,
            endpoint.Kind == "centrifugo" ? "connect" : endpoint.Auth.SourcesWithin(options.Jwt).Places),
    };

    private static string ProofOfFront(HalleyOptions options) => ProofOf(
        options.IComet.Auth, options.IComet.AuthConnectHook, options.IComet.AuthHook, options.Jwt.Sources.Places);

    private static string ProofOf(AuthModes modes, string? connectHook, string? hook, string places) =>
        modes == AuthModes.None
            ? "nobody is asked who it is"
            : "with " + string.Join(" and ", new[]
            {
                modes.HasFlag(AuthModes.Token) ? "the channel's token" : null,
                modes.HasFlag(AuthModes.Jwt) ? $"a JSON Web Token that names the channel (in {places})" : null,
                connectHook is { Length: > 0 } ? "your backend's permission to come" : null,
                hook is { Length: > 0 } ? "your backend's permission for the channel" : null,
            }.OfType<string>());

    private static string WhatOf(EndpointSection endpoint) =>
        endpoint is { Kind: "websocket", PushStream.WebsocketAllowPublish: true }
            ? "subscribing and publishing"
            : endpoint.What.Does;
}
