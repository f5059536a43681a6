using System.CommandLine;
using System.Text.Json;
using Halley.Jwt;
using Halley.Server.Configuration;
using Units = Halley.Protocol.Options.Units;

namespace Halley.Server.Commands;

/// <summary>
/// <c>halley token</c>: makes a JSON Web Token with the secret of a configuration; <c>halley token show</c> says what
/// one has in it, and whether a server with that configuration takes it.
/// </summary>
internal static class TokenCommand
{
    private static readonly TimeSpan KeySetTimeout = TimeSpan.FromSeconds(5);

    public static Command Create()
    {
        var conf = new Argument<string?>("CONF")
        {
            Description = "The server's configuration, whose section jwt has the secret",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var user = new Option<string?>("--user") { Description = "Whom it is for (sub)", HelpName = "NAME" };
        var info = new Option<string?>("--info")
        {
            Description = "What others may see of the user: any JSON value",
            HelpName = "JSON",
        };
        var id = new Option<string?>("--id")
        {
            Description = "A name of its own, to revoke it by (jti)",
            HelpName = "ID",
        };
        var subscribe = Channels("--subscribe", "A channel that it may listen to; * stands for anything");
        var publish = Channels("--publish", "A channel that it may publish to; * stands for anything");
        var expires = new Option<string>("--expires")
        {
            Description = "How long it is worth something, such as 90s, 15m or 12h",
            HelpName = "TIME",
            DefaultValueFactory = _ => "1h",
        };
        var command = new Command("token", "Make a token for subscribers and publishers (auth jwt)")
        {
            conf, user, info, id, subscribe, publish, expires,
        };
        command.SetAction(parsed =>
        {
            var options = Load(parsed.GetValue(conf));
            WarnOfNothing(parsed.GetValue(subscribe), parsed.GetValue(publish), parsed.InvocationConfiguration.Error);
            var now = TimeProvider.System.GetUtcNow();
            parsed.InvocationConfiguration.Output.WriteLine(Make(options.Jwt, new TokenContent(
                parsed.GetValue(user),
                parsed.GetValue(info),
                parsed.GetValue(id),
                parsed.GetValue(subscribe) ?? [],
                parsed.GetValue(publish) ?? [],
                options.Jwt.Issuer,
                options.Jwt.Audience,
                now,
                now + LifetimeOf(parsed.GetRequiredValue(expires)))));
            return 0;
        });
        command.Subcommands.Add(CreateShow());
        return command;
    }

    // Centrifugo's clients connect with such a one, and subscribe to what the server gives them.
    private static void WarnOfNothing(string[]? subscribe, string[]? publish, TextWriter error)
    {
        if (subscribe is null or [] && publish is null or [])
        {
            error.WriteLine(
                "halley: warning: without --subscribe and --publish the token permits nothing, but for connecting to a "
                    + "centrifugo endpoint");
        }
    }

    /// <exception cref="CommandException">There is no secret, or the content is none.</exception>
    public static string Make(JwtSection jwt, TokenContent content)
    {
        var secret = jwt.ReadSecrets() is [var first, ..]
            ? first
            : throw new CommandException(
                "there is no secret to sign with; set jwt.secrets_file (or jwt.secrets) in the configuration. "
                    + "With public keys alone, whoever has the private one makes tokens");
        if (content.Info is not null && !IsJson(content.Info))
        {
            throw new CommandException(
                $$"""--info is {{content.Info}}, which is no JSON; it wants such as '{"name":"Anna"}'""");
        }

        RequireName("--user", content.User);
        RequireName("--id", content.TokenId);
        return TokenMaker.Make(secret, content);
    }

    // The server would refuse the token.
    private static void RequireName(string option, string? name)
    {
        if (name is { Length: 0 or > JwtVerifier.MaxUserLength })
        {
            throw new CommandException(
                $"{option} has {name.Length} characters; it wants 1 to {JwtVerifier.MaxUserLength}");
        }
    }

    private static Command CreateShow()
    {
        var token = new Argument<string>("TOKEN") { Description = "The token; - reads it from the standard input" };
        var conf = new Argument<string?>("CONF")
        {
            Description = "The configuration of the server that is to take it",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command("show", "Say what a token has in it; status 0 when the server takes it")
        {
            token, conf,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var text = parsed.GetRequiredValue(token);
            return await Show(
                text == "-" ? await StandardInput.ReadAsync(cancellation) : text,
                Load(parsed.GetValue(conf)).Jwt,
                parsed.InvocationConfiguration.Output);
        });
        return command;
    }

    /// <returns>0 where it is right, else 1.</returns>
    public static async Task<int> Show(string token, JwtSection jwt, TextWriter output)
    {
        if (TokenMaker.Open(token) is not var (header, claims))
        {
            throw new CommandException("that is no JSON Web Token: three parts in base64, with dots between them");
        }

        output.WriteLine($"header: {header}");
        output.WriteLine($"claims: {claims}");
        if (!jwt.HasKeys)
        {
            output.WriteLine("not verified: the configuration has no keys in section jwt");
            return 1;
        }

        using var client = new HttpClient { Timeout = KeySetTimeout };
        var verdict = await new JwtVerifier(jwt.ToOptions(), client.GetStringAsync, TimeProvider.System).Verify(token);
        output.WriteLine(verdict.Fault is { } fault ? $"refused: {fault}" : "right");
        return verdict.Fault is null ? 0 : 1;
    }

    private static HalleyOptions Load(string? path) =>
        HalleyConfiguration.Load(path, Serve.Variables(), []).Options;

    private static Option<string[]> Channels(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "CHANNEL",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
    };

    private static TimeSpan LifetimeOf(string text) => Units.TryParseTime(text, out var time) && time > TimeSpan.Zero
        ? time
        : throw new CommandException($"--expires is \"{text}\"; it wants a time such as 90s, 15m or 12h");

    private static bool IsJson(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
