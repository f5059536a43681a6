namespace Halley.Testing.Doubles;

/// <summary>A request that never has to wait: all it asks for is in this process.</summary>
public sealed class RequestAtOnce(IDispatcher dispatcher) : IPostponable
{
    public IDispatcher Dispatcher => dispatcher;

    public Postponement? Postponed => null;

    public Postponement Postpone() => throw new InvalidOperationException("There is nothing to wait for.");
}
