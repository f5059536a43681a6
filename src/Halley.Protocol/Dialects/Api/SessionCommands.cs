using System.Globalization;
using Halley.Protocol.Clients;
using Halley.Protocol.Sessions;

namespace Halley.Protocol.Dialects.Api;

/// <summary>A change to sessions that run, made by the application rather than asked for by their clients.</summary>
internal abstract class SessionCommand(string name, SessionSurvey sessions, params string[] arguments)
    : BrokerCommand(name, ["user", "client", "session", .. arguments])
{
    /// <summary>The name of the number of changed sessions in the answer.</summary>
    protected abstract string Done { get; }

    /// <inheritdoc/>
    protected override async ValueTask<ApiAnswer> Run(ApiArguments arguments)
    {
        var selection = new ClientSelection(arguments.Text("user"), arguments.Id("client"), null, null)
        {
            Session = arguments.Id("session"),
        };
        if (selection is { User: null, Client: null, Session: null })
        {
            throw arguments.Refuse("user, client or session must be there: whose sessions are meant.");
        }

        var (changed, failed) = await sessions.Make(selection, Read(arguments)).ConfigureAwait(false);
        return failed == 0
            ? ApiAnswer.With(writer => writer.WriteNumber(Done, changed))
            : throw new ApiFault(
                ApiError.TooManyChannels,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{failed} of {changed + failed} sessions were not changed: there are as many channels as there may"
                        + $" be, or what keeps them is out of reach."));
    }

    protected abstract SessionChange Read(ApiArguments arguments);
}

/// <summary>Has sessions listen to one more channel.</summary>
internal sealed class SubscribeCommand(int maxNameBytes, SessionSurvey sessions) : SessionCommand(
    "subscribe", sessions, "channel", "info", "b64info", "data", "b64data", "expire_at", "recover_since", "override")
{
    private static readonly string[] Value = ["value"];

    private static readonly string[] Choices = ["force_recovery", "force_positioning", "force_push_join_leave"];

    /// <inheritdoc/>
    protected override string Done => "subscribed";

    /// <inheritdoc/>
    protected override SessionChange Read(ApiArguments arguments)
    {
        var info = arguments.JsonOrBytes("info", "b64info");
        if (info is not null && !JsonCheck.IsValue(info))
        {
            throw arguments.Refuse("b64info must be JSON: others in the channel are shown it as that.");
        }

        var since = arguments.Inner("recover_since", HistoryCommand.Since);
        var choices = arguments.Inner("override", Choices);
        var grant = new GrantedSubscription(
            arguments.Channel("channel", maxNameBytes), info, arguments.JsonOrBytes("data", "b64data"))
        {
            Expires = arguments.Time("expire_at"),
            Recovers = ChoiceOf(choices, "force_recovery"),
            TellsPlaces = ChoiceOf(choices, "force_positioning"),
            TellsPresence = ChoiceOf(choices, "force_push_join_leave"),
        };
        return new SessionChange.Subscribe(
            grant, since is null ? null : HistoryCommand.PlaceOf(since, takesForeign: true));
    }

    private static bool? ChoiceOf(ApiArguments? choices, string name) => choices?.Inner(name, Value)?.Flag("value");
}

/// <summary>Has sessions listen to a channel no more.</summary>
internal sealed class UnsubscribeCommand(int maxNameBytes, SessionSurvey sessions)
    : SessionCommand("unsubscribe", sessions, "channel")
{
    /// <inheritdoc/>
    protected override string Done => "unsubscribed";

    /// <inheritdoc/>
    protected override SessionChange Read(ApiArguments arguments) =>
        new SessionChange.Unsubscribe(arguments.Channel("channel", maxNameBytes));
}

/// <summary>Says until when sessions may stay.</summary>
internal sealed class RefreshCommand(SessionSurvey sessions)
    : SessionCommand("refresh", sessions, "expired", "expire_at", "info")
{
    /// <inheritdoc/>
    protected override string Done => "refreshed";

    /// <inheritdoc/>
    protected override SessionChange Read(ApiArguments arguments) => new SessionChange.Refresh(
        arguments.Flag("expired") ? DateTimeOffset.UnixEpoch : arguments.Time("expire_at"), arguments.Json("info"));
}
