using System.Collections.Concurrent;

namespace Halley;

// What processes that share channels ask each other.
public sealed partial class Hub
{
    private readonly ConcurrentDictionary<string, Func<byte[], ValueTask<byte[]?>>> _answers = new();
    private Func<string, byte[], ValueTask<IReadOnlyList<byte[]>>>? _others;
    private volatile Action<IReadOnlyList<byte[]>, TimeSpan>? _heir;

    /// <summary>
    /// The question that a process is asked, and those that have their channels from it, when it was silent for so long
    /// that another one has inherited what they bequeathed. No answer is wanted.
    /// </summary>
    public const string WasTakenForDead = "process.taken-for-dead";

    /// <summary>Whether this process is an heir of others.</summary>
    public bool HasHeir => _heir is not null;

    /// <summary>
    /// Sets who answers a question of a survey in this process. The answer is null for nothing. Any thread; must return
    /// at once.
    /// </summary>
    public void Answers(string question, Func<byte[], byte[]?> answer) =>
        _answers[question] = argument => new(answer(argument));

    /// <summary>The same where the answer takes its time.</summary>
    public void AnswersLater(string question, Func<byte[], ValueTask<byte[]?>> answer) => _answers[question] = answer;

    /// <summary>
    /// Sets the heir of processes that die: it is given what they bequeathed, and for how long they have been silent.
    /// Any thread; must return at once.
    /// </summary>
    public void Inherits(Action<IReadOnlyList<byte[]>, TimeSpan> heir) => _heir = heir;

    /// <summary>Gives this process what one that has died bequeathed. Any thread.</summary>
    /// <param name="silence">The time since it was last heard of.</param>
    public void Inherit(IReadOnlyList<byte[]> left, TimeSpan silence) => _heir?.Invoke(left, silence);

    /// <summary>Sets who else is asked in every survey: the processes that have their channels from this one.</summary>
    public void AsksAlso(Func<string, byte[], ValueTask<IReadOnlyList<byte[]>>> others) => _others = others;

    /// <summary>
    /// The answers of this process, and of those that have their channels from it, to a question of a survey.
    /// </summary>
    public async ValueTask<IReadOnlyList<byte[]>> SurveyHere(string question, byte[] argument)
    {
        var asked = _others?.Invoke(question, argument) ?? new([]);
        byte[]?[] own = [await Answer(question, argument).ConfigureAwait(false)];
        return [.. own.OfType<byte[]>(), .. await asked.ConfigureAwait(false)];
    }

    /// <summary>The answer of this process to a question of a survey; null for nothing. Any thread.</summary>
    public ValueTask<byte[]?> Answer(string question, byte[] argument) =>
        _answers.TryGetValue(question, out var answer) ? answer(argument) : new((byte[]?)null);
}
