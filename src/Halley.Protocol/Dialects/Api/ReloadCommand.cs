using System.Text.Json;

namespace Halley.Protocol.Dialects.Api;

/// <summary>Has the server read its configuration again.</summary>
internal sealed class ReloadCommand(Func<Task<Reloaded>> reload) : BrokerCommand("reload")
{
    /// <inheritdoc/>
    public override bool MayBeRead => false;

    /// <inheritdoc/>
    protected override async ValueTask<ApiAnswer> Run(ApiArguments arguments)
    {
        var reloaded = await reload().ConfigureAwait(false);
        return reloaded.Mistake is { } mistake
            ? throw new ApiFault(
                reloaded.IsTemporary ? ApiError.Unavailable : ApiError.BadConfiguration, mistake)
            : ApiAnswer.With(writer =>
            {
                WriteKeys(writer, "changed", reloaded.Changed);
                WriteKeys(writer, "needs_restart", reloaded.NeedRestart);
            });
    }

    private static void WriteKeys(Utf8JsonWriter writer, string name, IReadOnlyList<string> keys)
    {
        writer.WriteStartArray(name);
        foreach (var key in keys)
        {
            writer.WriteStringValue(key);
        }

        writer.WriteEndArray();
    }
}
