using System.Text;
using System.Text.Json;
using Halley.Protocol.Clients;

namespace Halley.Protocol.Dialects.Api;

/// <summary>The clients for whom answers are held, on all servers, a page at a time.</summary>
internal sealed class ClientsCommand(int maxNameBytes, ConnectionSurvey connections)
    : BrokerCommand("clients", "user", "channel", "address", "limit", "cursor")
{
    private const int MostClients = 1000;
    private const int UsualClients = 100;
    private const int MostText = 255;

    /// <summary>Writes a client, with what it is called in JSON.</summary>
    public static void Write(ConnectedClient client, Utf8JsonWriter writer) => client.Write(
        writer, static (output, name) => output.WriteStringValue(Encoding.UTF8.GetString(name)));

    /// <inheritdoc/>
    protected override async ValueTask<ApiAnswer> Run(ApiArguments arguments)
    {
        var limit = (int)arguments.Integer("limit", 1, MostClients, UsualClients);
        var filter = new ConnectionFilter(
            null,
            arguments.Text("user"),
            arguments.Has("channel") ? arguments.Channel("channel", maxNameBytes) : null,
            arguments.Text("address"));
        var cursor = arguments.Text("cursor");
        if (filter.Address?.Length > MostText || filter.User?.Length > MostText || cursor?.Length > MostText)
        {
            throw arguments.Refuse("user, address and cursor have at most 255 characters.");
        }

        var page = await connections.List(filter, cursor, limit + 1, ConnectedClient.MostInList).ConfigureAwait(false);
        return ApiAnswer.With(writer =>
        {
            writer.WriteStartArray("clients"u8);
            foreach (var client in page.Clients.Take(limit))
            {
                writer.WriteStartObject();
                Write(client, writer);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            if (page.Clients.Count > limit)
            {
                writer.WriteString("cursor"u8, page.Clients[limit - 1].Place);
            }

            if (page.IsPartial)
            {
                writer.WriteBoolean("partial"u8, true);
            }
        });
    }
}

/// <summary>One client, with all its channels and where it stands in each.</summary>
internal sealed class ClientCommand(ConnectionSurvey connections) : BrokerCommand("client", "client")
{
    /// <inheritdoc/>
    protected override async ValueTask<ApiAnswer> Run(ApiArguments arguments)
    {
        var id = arguments.Text("client")
            ?? throw arguments.Refuse("client is missing: an id out of clients or presence.");
        var found = await connections.List(
            new ConnectionFilter(id, null, null, null), null, 1, ConnectedClient.MostAlone).ConfigureAwait(false);
        return found.Clients is [var client]
            ? ApiAnswer.With(writer => ClientsCommand.Write(client, writer))
            : throw new ApiFault(ApiError.UnknownClient, "Nothing is held for such a client now.");
    }
}
