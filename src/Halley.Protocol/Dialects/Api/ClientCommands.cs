using Halley.Protocol.Clients;
using Halley.Protocol.Sessions;

namespace Halley.Protocol.Dialects.Api;

/// <summary>Ends what is held for some clients; they may come back.</summary>
internal sealed class DisconnectCommand(
    int maxNameBytes, ClientSurvey clients, ConnectionSurvey connections, SessionSurvey sessions)
    : BrokerCommand("disconnect", "user", "client", "session", "channel", "whitelist", "disconnect")
{
    private const int MostExcepted = 1000;
    private const int MaxReason = 100;

    private static readonly string[] CodeAndReason = ["code", "reason"];

    /// <inheritdoc/>
    protected override async ValueTask<ApiAnswer> Run(ApiArguments arguments)
    {
        var selection = new ClientSelection(
            arguments.Text("user"),
            arguments.Id("client"),
            null,
            arguments.Has("channel") ? arguments.Channel("channel", maxNameBytes) : null)
        {
            Session = arguments.Id("session"),
            Except = arguments.Has("whitelist") ? arguments.TextList("whitelist", MostExcepted) : [],
        };
        if (selection is { User: null, Client: null, Session: null, Channel: null })
        {
            throw arguments.Refuse("user, client, session or channel must be there: whom is meant.");
        }

        // A session can be told why; others hear that their permission has ended.
        var told = arguments.Inner("disconnect", CodeAndReason) is { } why
            ? (await sessions.Make(selection, EndOf(why)).ConfigureAwait(false)).Changed
            : 0;
        var count = told + await clients.Disconnect(selection).ConfigureAwait(false);
        if (count == 0 && selection is { User: null, Session: null, Channel: null, Client: { } id })
        {
            // One that was not asked who it is, and is known by its place.
            count = await connections.Disconnect(id).ConfigureAwait(false);
        }

        return ApiAnswer.With(writer => writer.WriteNumber("disconnected"u8, count));
    }

    private static SessionChange.End EndOf(ApiArguments why)
    {
        var code = why.Integer("code", 3000, 4999, 0);
        var reason = why.Text("reason") ?? "";
        return code > 0 && reason.Length <= MaxReason && reason.All(static letter => letter is >= ' ' and <= '~')
            ? new SessionChange.End((ushort)code, reason)
            : throw why.Refuse(
                "code must be there, from 3000 to 4999, and reason has at most 100 printable ASCII characters.");
    }
}

/// <summary>Makes tokens worthless that were made until now, and ends what is held for those who showed them.</summary>
internal sealed class RevokeCommand(int maxNameBytes, ClientSurvey clients)
    : BrokerCommand("revoke", "user", "token", "channel", "until")
{
    /// <inheritdoc/>
    protected override async ValueTask<ApiAnswer> Run(ApiArguments arguments)
    {
        var (user, token) = (arguments.Text("user"), arguments.Text("token"));
        var channel = arguments.Has("channel") ? arguments.Channel("channel", maxNameBytes) : null;
        if ((token is null) == (user is null && channel is null))
        {
            throw arguments.Refuse("user, channel, both of them, or token must be there: what is revoked.");
        }

        var count = await clients.Revoke(new ClientSelection(user, null, token, channel), arguments.Time("until"))
            .ConfigureAwait(false);
        return count is { } disconnected
            ? ApiAnswer.With(writer => writer.WriteNumber("disconnected"u8, disconnected))
            : throw new ApiFault(
                ApiError.TooManyRevocations, "As much is revoked as can be remembered; give until, so that it ends.");
    }
}

/// <summary>Lists the subscribers of a channel, as far as they were asked who they are.</summary>
internal sealed class PresenceCommand(int maxNameBytes, ClientSurvey clients, ApiForm form)
    : BrokerCommand("presence", "channel")
{
    /// <inheritdoc/>
    protected override async ValueTask<ApiAnswer> Run(ApiArguments arguments)
    {
        var present = await clients.List(arguments.Channel("channel", maxNameBytes)).ConfigureAwait(false);
        return ApiAnswer.With(writer => form.Write(present.OrderBy(client => client.Since), writer));
    }
}

/// <summary>Counts the subscribers of a channel, and the users that they are.</summary>
internal sealed class PresenceStatsCommand(int maxNameBytes, ClientSurvey clients, ApiForm form)
    : BrokerCommand("presence_stats", "channel")
{
    /// <inheritdoc/>
    protected override async ValueTask<ApiAnswer> Run(ApiArguments arguments)
    {
        var present = await clients.List(arguments.Channel("channel", maxNameBytes)).ConfigureAwait(false);
        var users = present.Where(client => client.User.Length > 0).Select(client => client.User).Distinct().Count();
        return ApiAnswer.With(writer => form.Write(present.Count, users, writer));
    }
}
