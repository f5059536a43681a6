using System.Globalization;
using System.Text;
using Halley.Broker;
using Halley.Channels;
using Halley.Protocol.Clients;
using Halley.Protocol.Explaining;

namespace Halley.Protocol.Dialects.Api;

/// <summary>
/// Explains why a client did not get a message: watches those of a channel, or one, for a while from when it is first
/// asked, and says what happened to them since.
/// </summary>
internal sealed class ExplainCommand(int maxNameBytes, ExplainSurvey survey, IBroker broker)
    : BrokerCommand("explain", "channel", "client", "user", "seconds", "limit")
{
    private const int UsualSeconds = 60;
    private const int MostSeconds = 600;
    private const int UsualClients = 20;
    private const int MostText = 255;

    /// <inheritdoc/>
    protected override async ValueTask<ApiAnswer> Run(ApiArguments arguments)
    {
        var channel = arguments.Has("channel") ? arguments.Channel("channel", maxNameBytes) : null;
        var filter = new ConnectionFilter(arguments.Text("client"), arguments.Text("user"), channel, null);
        var given = new object?[] { filter.Client, filter.User, filter.Channel };
        if (given.Count(value => value is not null) != 1 || filter.Client?.Length > MostText
            || filter.User?.Length > MostText)
        {
            throw arguments.Refuse("channel, client or user must be there: who is to be watched; one of them.");
        }

        var seconds = arguments.Integer("seconds", 5, MostSeconds, UsualSeconds);
        var limit = (int)arguments.Integer("limit", 1, Watch.MostConnections, UsualClients);
        var (clients, isFull, isPartial) =
            await survey.Explain(filter, TimeSpan.FromSeconds(seconds)).ConfigureAwait(false);
        if (isFull && clients.Count == 0)
        {
            throw new ApiFault(ApiError.TooManyWatches, "As much is watched as may be; it ends by itself.");
        }

        // The newest of all, those that are connected first.
        var shown = clients
            .OrderByDescending(client => client.Ended is null)
            .ThenByDescending(client => client.Events.Count > 0 ? client.Events[^1].Time : default)
            .Take(limit)
            .ToList();
        var states = await StatesOf(shown, channel).ConfigureAwait(false);
        return ApiAnswer.With(writer =>
        {
            if (channel is not null && states.GetValueOrDefault(Encoding.UTF8.GetString(channel)) is { } state)
            {
                writer.WriteStartObject("channel"u8);
                ChannelCommand.Write(state, writer);
                writer.WriteEndObject();
            }

            writer.WriteStartArray("clients"u8);
            foreach (var client in shown)
            {
                writer.WriteStartObject();
                client.Write(writer, static (output, name) => output.WriteStringValue(Encoding.UTF8.GetString(name)));
                writer.WriteStartArray("verdicts"u8);
                foreach (var verdict in Verdicts(client, states))
                {
                    writer.WriteStringValue(verdict);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteNumber("more"u8, clients.Count - shown.Count);
            if (isPartial)
            {
                writer.WriteBoolean("partial"u8, true);
            }
        });
    }

    /// <summary>Explains a client's state, in a sentence or two for each of its channels.</summary>
    internal static IEnumerable<string> Verdicts(
        TracedClient client, IReadOnlyDictionary<string, ChannelState?> states)
    {
        foreach (var place in client.Client.Channels)
        {
            var name = Encoding.UTF8.GetString(place.Name);
            if (TraceWords.NewestReset(client.Events, name) is { } reset)
            {
                yield return $"It was told {reset}";
            }

            var newest = states.GetValueOrDefault(name) is { } state
                ? state.Position.Epoch == place.Epoch ? state.Position.Offset - 1 : (long?)null
                : place.Offset;
            yield return newest switch
            {
                null => $"{name} has begun anew since: this client was told up to {place.Told} of the stream before.",
                not null when client.Ended is { } why && client.Client.Queued > 0 =>
                    Invariant($"It was sent {name} up to {place.Told}, but {client.Client.Queued} bytes of that were ")
                    + $"never taken, when its connection ended: {why}.",
                { } last when client.Ended is { } why && last > place.Told =>
                    Invariant($"It has had {name} up to {place.Told}, then its connection ended: {why}. ")
                    + Invariant($"Messages {place.Told + 1} to {last} came later: it gets them when it comes back ")
                    + "with its place, as far as they are kept.",
                { } last when client.Ended is { } why =>
                    Invariant($"It has had all of {name} up to {place.Told}. Its connection ended: {why}."),
                { } last when last > place.Told => Invariant(
                    $"It is behind in {name}: it was told up to {place.Told}, the newest is {last}."),
                _ when client.Client.Queued > 0 => Invariant(
                    $"It was sent all of {name} up to {place.Told}, but {client.Client.Queued} bytes wait."),
                _ => Invariant($"It has been sent all of {name} up to {place.Told}."),
            };
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private async ValueTask<Dictionary<string, ChannelState?>> StatesOf(
        IEnumerable<TracedClient> clients, byte[]? channel)
    {
        var states = new Dictionary<string, ChannelState?>();
        foreach (var name in clients
            .SelectMany(client => client.Client.Channels)
            .Select(place => place.Name)
            .Concat(channel is null ? [] : [channel])
            .DistinctBy(Encoding.UTF8.GetString)
            .Take(Watch.MostConnections))
        {
            try
            {
                states[Encoding.UTF8.GetString(name)] = await broker.Info(name).ConfigureAwait(false);
            }
            catch (BrokerException)
            {
                // Then it is said what this server knows.
            }
        }

        return states;
    }
}
