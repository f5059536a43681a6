namespace Halley.Server.Configuration.IcometConf;

/// <summary>Something the original took in silence.</summary>
/// <param name="Key">What it is about; a higher layer that sets this key makes the warning void.</param>
/// <param name="Text">File, line, key, what it is taken for and what would be right.</param>
internal readonly record struct ConfWarning(string Key, string Text);
