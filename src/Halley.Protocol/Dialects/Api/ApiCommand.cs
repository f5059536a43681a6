namespace Halley.Protocol.Dialects.Api;

/// <summary>One command of the HTTP API. On the request's dispatcher.</summary>
/// <param name="name">The last part of its path, and its name in a batch.</param>
/// <param name="arguments">The names of its arguments.</param>
internal abstract class ApiCommand(string name, params string[] arguments)
{
    public string Name { get; } = name;

    public IReadOnlyList<string> Arguments { get; } = arguments;

    /// <summary>Whether a GET does as well: it changes nothing, and has no arguments.</summary>
    public virtual bool MayBeRead => Arguments.Count == 0;

    /// <summary>Carries it out.</summary>
    /// <param name="question">What its answer is found by again, where the request has to wait.</param>
    /// <returns>Null where the request is postponed.</returns>
    /// <exception cref="ApiFault">It is refused.</exception>
    public abstract ApiAnswer? Run(ApiArguments arguments, IResponder responder, string question);
}

/// <summary>A command that the broker alone is asked for.</summary>
internal abstract class BrokerCommand(string name, params string[] arguments) : ApiCommand(name, arguments)
{
    /// <inheritdoc/>
    public override ApiAnswer? Run(ApiArguments arguments, IResponder responder, string question)
    {
        var key = System.Text.Encoding.ASCII.GetBytes(question);
        return responder.TryRecall(key, out ApiAnswer? answer)
            || responder.TryAwait(key, ApiAnswer.Of(() => Run(arguments)), out answer)
            ? answer
            : null;
    }

    protected abstract ValueTask<ApiAnswer> Run(ApiArguments arguments);
}
