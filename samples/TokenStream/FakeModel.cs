using System.Runtime.CompilerServices;
using System.Text.Json;

namespace TokenStream;

/// <summary>Answers like a language model, a piece at a time, and has nothing to say.</summary>
internal sealed class FakeModel
{
    private const string Text =
        "A comet is a small body of ice and dust that comes in from far out, lights up as it nears the sun, and leaves "
            + "a tail behind it. This answer does the same: it arrives piece by piece. Load the page anew while it is "
            + "being written, or open its address on another device: nothing of it is missed, and nothing comes twice.";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(80);

    /// <summary>Each piece is a JSON object: <c>{"text": …}</c>, and at the end <c>{"done": true}</c>.</summary>
    public async IAsyncEnumerable<string> AnswerAsync(
        string question, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var word in $"You asked: {question} {Text}".Split(' '))
        {
            await Task.Delay(Pause, cancellation);
            yield return JsonSerializer.Serialize(new { text = word + " " });
        }

        yield return """{"done":true}""";
    }
}
