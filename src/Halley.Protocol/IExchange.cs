namespace Halley.Protocol;

/// <summary>One request's answer, as the host carries it out.</summary>
public interface IExchange
{
}
