namespace Halley;

/// <summary>A request that may have to wait for what another process knows, and is then handled again from its beginning.</summary>
public interface IPostponable
{
    /// <summary>What it waited for, while it is handled again; null while it is handled for the first time.</summary>
    Postponement? Postponed { get; }

    /// <summary>Puts the request off, until all that was asked for it is answered. On its dispatcher.</summary>
    Postponement Postpone();
}
