namespace Halley.Sqlite.Operations;

/// <summary>Reads how much there is.</summary>
internal sealed class Count : Operation<Totals>
{
    public override void Run(Storage storage) => Result = storage.Totals;
}
