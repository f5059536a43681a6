using System.Text.Json;
using Halley.Broker;

namespace Halley.Protocol.Dialects.Api;

/// <summary>What a command is answered with, alone or as a part of other answers.</summary>
/// <param name="Json">One JSON object.</param>
/// <param name="Error">Null where it succeeded.</param>
internal sealed record ApiAnswer(ReadOnlyMemory<byte> Json, ApiError? Error = null)
{
    private static readonly JsonWriterOptions Compact = new() { SkipValidation = false };

    /// <summary>An answer whose object has what is written.</summary>
    public static ApiAnswer With(Action<Utf8JsonWriter> write)
    {
        var output = new ByteBuffer(256);
        using (var writer = new Utf8JsonWriter(output, Compact))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return new ApiAnswer(output.Written.ToArray());
    }

    /// <summary><c>{"error":{"code":…,"message":…}}</c></summary>
    public static ApiAnswer Refuse(ApiError error, string message) => With(writer =>
    {
        writer.WriteStartObject("error"u8);
        writer.WriteString("code"u8, error.Code);
        writer.WriteString("message"u8, message);
        writer.WriteEndObject();
    }) with
    {
        Error = error,
    };

    /// <summary>What a command comes to, or why it does not.</summary>
    public static async ValueTask<ApiAnswer> Of(Func<ValueTask<ApiAnswer>> command)
    {
        try
        {
            return await command().ConfigureAwait(false);
        }
        catch (ApiFault fault)
        {
            return Refuse(fault.Error, fault.Message);
        }
        catch (BrokerException failed)
        {
            return Refuse(failed);
        }
    }

    /// <summary>What a command comes to at once, or why it does not; null where the request is postponed.</summary>
    /// <exception cref="ApiFault">Its arguments are refused.</exception>
    public static ApiAnswer? Of(ApiCommand command, ApiArguments arguments, IResponder responder, string question)
    {
        try
        {
            return command.Run(arguments, responder, question);
        }
        catch (BrokerException failed)
        {
            return Refuse(failed);
        }
    }

    private static ApiAnswer Refuse(BrokerException failed) =>
        Refuse(failed.MayHaveBeenDone ? ApiError.OutcomeUnknown : ApiError.Unavailable, failed.Message);
}
