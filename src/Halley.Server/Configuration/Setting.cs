namespace Halley.Server.Configuration;

/// <summary>One thing an operator set, before it is bound to an option.</summary>
/// <param name="Key">
/// The option's name, such as <c>front.max_channels</c>. A list is set by several settings of one key.
/// </param>
/// <param name="Value">As written; null for a list set to nothing.</param>
/// <param name="Origin">Where it was written, as an operator would look for it: <c>halley.json:12</c>.</param>
internal readonly record struct Setting(string Key, string? Value, string Origin);
