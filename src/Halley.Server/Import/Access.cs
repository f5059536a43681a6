namespace Halley.Server.Import;

/// <summary>The clients that may come, in halley.json's words.</summary>
internal sealed record Access(IReadOnlyList<string> Allow, IReadOnlyList<string> Deny)
{
    /// <summary>The rule where nginx asked for more than an address, until the operator says who may come.</summary>
    public static Access OnlyThisMachine { get; } = new(["127.0.0.1", "::1"], ["all"]);

    /// <summary>The same where a proxy on this machine speaks for everybody.</summary>
    public static Access Nobody { get; } = new([], ["all"]);

    public static Access Everybody { get; } = new(["all"], []);
}
