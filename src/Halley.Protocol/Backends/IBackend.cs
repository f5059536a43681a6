using Halley.Access;

namespace Halley.Protocol.Backends;

/// <summary>
/// The operator's own HTTP server, which is asked about requests: the port that the host fills. It waits on other
/// threads than a dispatcher's; how many questions are under way, how many wait, and how long an answer may be, is
/// limited there.
/// </summary>
public interface IBackend
{
    /// <summary>Asks. Any thread; returns at once.</summary>
    /// <param name="dispatcher">Where the answer is wanted.</param>
    /// <param name="whenAnswered">
    /// Called there, once, whatever happens, unless the question is given up; must not throw.
    /// </param>
    /// <returns>
    /// Gives the question up, for nobody wants the answer any more: it is not asked, or broken off, and its place is
    /// free. To be called on the dispatcher; once it is answered, that does nothing.
    /// </returns>
    Action Ask(BackendRequest request, IDispatcher dispatcher, Action<BackendAnswer> whenAnswered);
}

/// <summary>One question.</summary>
/// <param name="Url">Whole, and encoded already: it is sent as it is.</param>
/// <param name="Fields">Names and values, checked by the parser of the request that they come from.</param>
/// <param name="Body">Nobody writes to it any more.</param>
/// <param name="Timeout">From now until the answer is whole.</param>
public sealed record BackendRequest(
    string Method, string Url, IReadOnlyList<(string Name, string Value)> Fields, byte[]? Body, TimeSpan Timeout)
{
    /// <summary>The client whose share of the places it takes. Default: nobody's, and it has all of them.</summary>
    public ClientBlock Client { get; init; }
}

/// <summary>The end of a question.</summary>
public enum BackendOutcome
{
    /// <summary>With an answer, whatever it says.</summary>
    Answered,

    /// <summary>No whole answer came in time.</summary>
    TimedOut,

    /// <summary>There was no connection, or the answer was broken or too long.</summary>
    Failed,

    /// <summary>As many questions as may do wait already, or the client has more than its share of them.</summary>
    TooBusy,
}

/// <param name="Status">Three digits; 0 where there was no answer.</param>
/// <param name="Reason">The phrase behind them.</param>
/// <param name="Fields">Without those that are about the connection.</param>
public sealed record BackendAnswer(
    BackendOutcome Outcome, int Status, string Reason, IReadOnlyList<(string Name, string Value)> Fields, byte[] Body)
{
    public bool IsSuccess => Outcome == BackendOutcome.Answered && Status is >= 200 and <= 299;

    public static BackendAnswer Without(BackendOutcome outcome) => new(outcome, 0, "", [], []);

    /// <summary>The value of the first field of that name; null where there is none.</summary>
    public string? Field(string name) =>
        Fields.FirstOrDefault(field => string.Equals(field.Name, name, StringComparison.OrdinalIgnoreCase)).Value;
}
