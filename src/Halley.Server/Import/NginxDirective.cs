namespace Halley.Server.Import;

/// <summary>One directive of an nginx configuration, with what stands in its braces.</summary>
/// <param name="Origin">File and line, for messages.</param>
/// <param name="Block">Null where it ends with a semicolon.</param>
internal sealed record NginxDirective(
    string Name, IReadOnlyList<string> Arguments, IReadOnlyList<NginxDirective>? Block, string Origin)
{
    /// <summary>As it might have been written, for messages.</summary>
    public override string ToString() => string.Join(' ', [Name, .. Arguments]);
}
