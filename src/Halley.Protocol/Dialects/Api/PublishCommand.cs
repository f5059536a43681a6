using System.Globalization;
using System.Text;
using System.Text.Json;
using Halley.Broker;
using Halley.Protocol.Http;

namespace Halley.Protocol.Dialects.Api;

/// <summary>One message to one channel.</summary>
internal sealed class PublishCommand(int maxNameBytes, IBroker broker, ApiForm form) : BrokerCommand(
    "publish", ["channel", .. Message])
{
    /// <summary>The arguments of whatever publishes a message.</summary>
    public static readonly string[] Message =
    [
        "data", "b64data", "event", "id", "content_type", "tags", "history_size", "history_ttl", "skip_history",
        "idempotency_key", "delta",
    ];

    private static readonly MessageLabels NoLabels = new(null, null, null);

    /// <inheritdoc/>
    protected override async ValueTask<ApiAnswer> Run(ApiArguments arguments)
    {
        var channel = arguments.Channel("channel", maxNameBytes);
        var result = await broker.Publish(channel, Read(arguments, form)).ConfigureAwait(false);
        return ApiAnswer.With(writer => Write(result, writer));
    }

    /// <summary>
    /// Reads the publication. Subscribers that understand differences are told them, with delta or without.
    /// </summary>
    public static Publication Read(ApiArguments arguments, ApiForm form)
    {
        arguments.Flag("delta");
        var labels = new MessageLabels(
            LabelOf(arguments, "id"),
            LabelOf(arguments, "event"),
            LabelOf(arguments, "content_type"),
            MessageDetails.Of(arguments));
        return new Publication(arguments.Data(form.KeepsStrings))
        {
            Labels = MessageLabels.WithTrace(labels == NoLabels ? null : labels, arguments.Trace),
            Retention = RetentionOf(arguments),
            IdempotencyKey = KeyOf(arguments),
        };
    }

    /// <summary>Writes where it lies.</summary>
    /// <exception cref="ApiFault">It was not published.</exception>
    public static void Write(in PublishResult result, Utf8JsonWriter writer)
    {
        ThrowUnlessPublished(result.Status);
        writer.WriteString("epoch"u8, result.Position.Epoch.ToString(CultureInfo.InvariantCulture));
        writer.WriteNumber("offset"u8, result.Position.Offset);
        if (result.IsRepeat)
        {
            writer.WriteBoolean("repeated"u8, true);
        }
    }

    public static void ThrowUnlessPublished(PublishStatus status)
    {
        switch (status)
        {
            case PublishStatus.Published:
                return;
            case PublishStatus.TooManyChannels:
                throw new ApiFault(
                    ApiError.TooManyChannels, "There are as many channels as there may be: nothing was published.");
            case PublishStatus.OutOfMemory:
                throw new ApiFault(ApiError.OutOfMemory, "Channels keep as much as they may: nothing was published.");
            case PublishStatus.KeyReused:
                throw new ApiFault(
                    ApiError.KeyReused,
                    "idempotency_key belongs to another message on this channel: nothing was published.");
            case PublishStatus.TooManyKeys:
                throw new ApiFault(
                    ApiError.TooManyKeys, "As many idempotency keys as may be are remembered: nothing was published.");
            default:
                throw new ApiFault(ApiError.Unavailable, "The channel was closed meanwhile: nothing was published.");
        }
    }

    // In events and heads they end with their line.
    private static byte[]? LabelOf(ApiArguments arguments, string name)
    {
        var text = arguments.Text(name);
        return text?.Any(char.IsControl) == true
            ? throw arguments.Refuse($"{name} must not have control characters.")
            : text is null ? null : Encoding.UTF8.GetBytes(text);
    }

    private static Retention? RetentionOf(ApiArguments arguments)
    {
        const int MostSeconds = 365 * 24 * 3600;
        var size = arguments.Integer("history_size", 0, 1_000_000, -1);
        var seconds = arguments.Integer("history_ttl", 1, MostSeconds, 0);
        if (arguments.Flag("skip_history"))
        {
            return size < 0
                ? new Retention(0, null)
                : throw arguments.Refuse("skip_history and history_size cannot both be there.");
        }

        return size >= 0
            ? new Retention((int)size, seconds == 0 ? null : TimeSpan.FromSeconds(seconds))
            : seconds > 0 ? throw arguments.Refuse(
                "history_ttl wants history_size beside it: how many messages are kept so long.")
            : null;
    }

    private static byte[]? KeyOf(ApiArguments arguments)
    {
        var key = arguments.Text("idempotency_key") is { } text ? Encoding.UTF8.GetBytes(text) : null;
        return key is null || IdempotencyKey.IsOne(key)
            ? key
            : throw arguments.Refuse(
                "idempotency_key must have 1 to 255 printable ASCII characters, without \" and \\.");
    }
}
