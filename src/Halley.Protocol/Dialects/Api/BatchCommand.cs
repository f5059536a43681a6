using System.Globalization;
using System.Text.Json;

namespace Halley.Protocol.Dialects.Api;

/// <summary>
/// Several commands in one request, carried out one after the other; each is answered by itself, and one that is
/// refused does not keep the others.
/// </summary>
internal sealed class BatchCommand(Func<string, ApiCommand?> find, ApiForm form)
    : ApiCommand("batch", "commands", "parallel")
{
    private const int MostCommands = 1_000;
    private const long MostBytes = 16 << 20;

    /// <inheritdoc/>
    public override ApiAnswer? Run(ApiArguments arguments, IResponder responder, string question)
    {
        // Each is carried out once: a history that is read again would tell of what the commands behind it have done.
        var isKept = responder.TryRecall("answers"u8, out List<ApiAnswer>? answers);
        answers ??= [];
        var commands = arguments.List("commands", MostCommands);
        arguments.Flag("parallel");
        while (answers.Count < commands.Count)
        {
            var where = string.Create(CultureInfo.InvariantCulture, $"commands[{answers.Count}]");
            var answer = answers.Sum(earlier => (long)earlier.Json.Length) < MostBytes
                ? RunOne(commands[answers.Count], where, arguments.Trace, responder)
                : TooLate(where);
            if (answer is null)
            {
                if (!isKept)
                {
                    responder.Postponed?.Keep("answers"u8, answers);
                }

                return null;
            }

            answers.Add(answer);
        }

        return ApiAnswer.With(writer =>
        {
            writer.WriteStartArray("replies"u8);
            for (var i = 0; i < answers.Count; i++)
            {
                form.WriteReply(answers[i].Error is null ? NameOf(commands[i]) : "", answers[i], writer);
            }

            writer.WriteEndArray();
        }) with
        {
            IsList = true,
        };
    }

    private static string NameOf(JsonElement command) => command.EnumerateObject().First().Name;

    // The answers are one, made in one go, in memory.
    private static ApiAnswer TooLate(string where) => ApiAnswer.Refuse(
        ApiError.BadRequest,
        $"{where} was not carried out: the answers before it are as long as those of a batch may be, 16 MiB.");

    private ApiAnswer? RunOne(JsonElement value, string where, byte[]? trace, IResponder responder)
    {
        try
        {
            if (value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() != 1)
            {
                throw new ApiFault(ApiError.BadRequest, $"{where} must be an object such as {{\"publish\": {{…}}}}.");
            }

            var property = value.EnumerateObject().First();
            return find(property.Name) is { } command and not BatchCommand
                ? ApiAnswer.Of(
                    command,
                    new ApiArguments(property.Value, command.Arguments, $"{where}.{command.Name}.") { Trace = trace },
                    responder,
                    where)
                : throw new ApiFault(
                    ApiError.UnknownCommand,
                    $"{where} has no command; there are publish, broadcast, history and others.");
        }
        catch (ApiFault fault)
        {
            return ApiAnswer.Refuse(fault.Error, fault.Message);
        }
    }
}
