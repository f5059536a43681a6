using Halley.Protocol.Backends;
using Halley.Protocol.Routing;

namespace Halley.Protocol.Options;

/// <summary>
/// One thing that an operator may choose about a dialect. A table of these in the dialect's folder is the only place
/// where it stands: the configuration, <c>if</c> in it, the importer, the checks and the documents all read that.
/// </summary>
/// <param name="Name">The key in halley.json.</param>
/// <param name="Sentence">What it is for.</param>
public abstract record Option(string Name, ValueKind Kind, string Sentence)
{
    /// <summary>The description of a right value, for "it wants …".</summary>
    public string Wants { get; init; } = Values.WantedFor(Kind);

    /// <summary>The kinds of endpoints where it means something; empty for all that the dialect has.</summary>
    public IReadOnlyList<string> Where { get; init; } = [];

    /// <summary>The value where nobody chose, if the options have none for that. Markdown.</summary>
    public string Unset { get; init; } = "none";

    /// <summary>Other names that nginx's module has for it, or had.</summary>
    public IReadOnlyList<string> OtherNames { get; init; } = [];

    /// <summary>Whether the original has no such option.</summary>
    public bool IsOurs { get; init; }

    /// <summary>Whether it has any number of values.</summary>
    public bool IsList { get; init; }

    /// <summary>Whether a single value may stand in the place of the list.</summary>
    public bool MayBeOne { get; init; } = true;

    /// <summary>A further check of its values; null for none.</summary>
    public Func<string, bool>? Check { get; init; }

    /// <summary>Whether a value is right.</summary>
    public bool Accepts(string text) => Values.AreOf(Kind, text) && Check?.Invoke(text) != false;

    public bool MeansSomethingAt(string endpointKind) => Where.Count == 0 || Where.Contains(endpointKind);

    /// <summary>Finds what is wrong with a value, in a sentence; null for nothing.</summary>
    /// <param name="location">Where it is used: its variables are known there. Null for the whole server.</param>
    public string? MistakeIn(string text, Location? location)
    {
        if (!Accepts(text))
        {
            var isNumber = Kind is >= ValueKind.Switch and <= ValueKind.Bytes;
            var said = text.Length == 0 ? "empty" : isNumber ? text : $"\"{text}\"";
            return $"{Name} {(IsList ? "has" : "is")} {said}; it wants {Wants}";
        }

        var error = "";
        return Kind switch
        {
            ValueKind.Line when text.AsSpan().ContainsAny('\r', '\n') =>
                $"{Name} has a line end in it; it wants a single line",
            ValueKind.Expression when !Expression.TryParse(text, location!, out _, out error) => $"{Name}: {error}",
            ValueKind.Backend when !BackendAddress.TryParse(text, location!, out _, out error) => $"{Name}: {error}",
            _ => null,
        };
    }
}

/// <summary>The same, with where its value is kept.</summary>
/// <param name="Get">Its values as halley.json has them; none where nobody chose.</param>
/// <param name="Set">Takes a value that is right. Of a list, it is called for each.</param>
public sealed partial record Option<T>(
    string Name, ValueKind Kind, string Sentence, Func<T, IReadOnlyList<string>> Get, Action<T, string> Set)
    : Option(Name, Kind, Sentence)
{
    /// <summary>Sets it; false where the value is wrong.</summary>
    public bool TrySet(T options, string text)
    {
        var isRight = Accepts(text);
        if (isRight)
        {
            Set(options, text);
        }

        return isRight;
    }

    /// <summary>Finds what is wrong with the values that it has, in sentences.</summary>
    /// <param name="location">Where it is used; null for the whole server.</param>
    public IEnumerable<string> Mistakes(T options, Location? location) =>
        Get(options).Select(text => MistakeIn(text, location)).OfType<string>();

    /// <summary>The same option of something that has these options as a part.</summary>
    public Option<TWhole> Of<TWhole>(Func<TWhole, T> part, string prefix = "") => new(
        prefix + Name, Kind, Sentence, whole => Get(part(whole)), (whole, text) => Set(part(whole), text))
    {
        Wants = Wants,
        Where = Where,
        Unset = Unset,
        OtherNames = OtherNames,
        IsOurs = IsOurs,
        IsList = IsList,
        Check = Check,
    };
}
