using Halley.Broker;

namespace Halley.Protocol.Dialects.Api;

/// <summary>
/// One message to several channels, each by itself: where one refuses it, the others have it, and the answer says so.
/// </summary>
internal sealed class BroadcastCommand(int maxNameBytes, IBroker broker, ApiForm form)
    : BrokerCommand("broadcast", ["channels", .. PublishCommand.Message])
{
    /// <summary>The number of channels that one broadcast may reach.</summary>
    public const int MostChannels = 10_000;

    // Where a broker is outside of this process, each of them has the message on its way.
    private const int AtOnce = 64;

    /// <inheritdoc/>
    protected override async ValueTask<ApiAnswer> Run(ApiArguments arguments)
    {
        var channels = arguments.Channels("channels", maxNameBytes, MostChannels);
        var publication = PublishCommand.Read(arguments, form);
        var answers = new List<ApiAnswer>(channels.Count);
        foreach (var some in channels.Chunk(AtOnce))
        {
            var publishing = some.Select(channel => ApiAnswer.Of(() => Publish(channel, publication)).AsTask());
            answers.AddRange(await Task.WhenAll(publishing).ConfigureAwait(false));
        }

        return ApiAnswer.With(writer =>
        {
            writer.WriteStartArray(form.Broadcast);
            foreach (var answer in answers)
            {
                form.Write(answer, writer);
            }

            writer.WriteEndArray();
        });
    }

    private async ValueTask<ApiAnswer> Publish(byte[] channel, Publication publication)
    {
        var result = await broker.Publish(channel, publication).ConfigureAwait(false);
        return ApiAnswer.With(writer => PublishCommand.Write(result, writer));
    }
}
