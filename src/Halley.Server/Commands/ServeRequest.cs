using Halley.Server.Configuration;

namespace Halley.Server.Commands;

/// <summary>The request to <c>halley serve</c>.</summary>
/// <param name="ConfPath">The configuration file; null for none.</param>
/// <param name="IsDaemon">Whether to go into the background.</param>
/// <param name="Word">start, stop, restart or reload.</param>
/// <param name="Settings">What the command line sets.</param>
/// <param name="Arguments">The command line itself, for a process that is to do the same.</param>
internal sealed record ServeRequest(
    string? ConfPath, bool IsDaemon, string Word, IReadOnlyList<Setting> Settings, IReadOnlyList<string> Arguments);
