namespace Halley.Server.Configuration.IcometConf;

/// <summary>One line of an icomet.conf, and the lines indented below it.</summary>
/// <param name="Line">Counted from 1; 0 for the file itself.</param>
internal sealed record ConfNode(string Name, string Value, int Line)
{
    public List<ConfNode> Children { get; } = [];
}
