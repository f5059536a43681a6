using System.Text.Json;
using Halley.Broker;

namespace Halley.Protocol.Dialects.Api;

/// <summary>The answer to a command, alone or as a part of other answers.</summary>
/// <param name="Json">One JSON object; empty where it did not succeed.</param>
/// <param name="Error">Null where it succeeded.</param>
/// <param name="Message">The sentence of an error.</param>
internal sealed record ApiAnswer(ReadOnlyMemory<byte> Json, ApiError? Error = null, string Message = "")
{
    /// <summary>Whether it is the answers of several commands, which say by themselves how they went.</summary>
    public bool IsList { get; init; }

    /// <summary>An answer whose object has what is written.</summary>
    public static ApiAnswer With(Action<Utf8JsonWriter> write) => new(JsonBytes.Write(write));

    public static ApiAnswer Refuse(ApiError error, string message) => new(default, error, message);

    /// <summary>Runs a command, and makes an answer of its result or its error.</summary>
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

    /// <summary>
    /// Runs a command, and makes an answer of its result or its error; null where the request is postponed.
    /// </summary>
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
