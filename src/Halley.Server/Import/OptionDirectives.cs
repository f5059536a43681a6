using Halley.Protocol.Options;

namespace Halley.Server.Import;

/// <summary>Finds the options of a dialect's table by the names that nginx's module has for them.</summary>
/// <param name="prefix">What nginx has before the names.</param>
internal sealed class OptionDirectives(string prefix, IEnumerable<Option> table)
{
    /// <summary>
    /// In the order that they are written in. What is ours is not nginx's, and words say what a location is.
    /// </summary>
    public IReadOnlyList<Option> All { get; } =
        [.. table.Where(option => !option.IsOurs && option.Kind != ValueKind.Word)];

    /// <summary>All names of an option's directive, today's first.</summary>
    public IEnumerable<string> NamesOf(Option option) =>
        option.OtherNames.Prepend(option.Name).Select(name => prefix + name);

    /// <returns>Null where the directive is no option.</returns>
    public Option? Find(string directive) => All.FirstOrDefault(option => NamesOf(option).Contains(directive));
}
