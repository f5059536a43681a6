namespace Halley;

/// <summary>A request while it is handled: it may have to wait for what is not in this process, and is then handled again from its beginning.</summary>
public interface IPostponable
{
    /// <summary>The thread that the request, and whatever it subscribes, lives on.</summary>
    IDispatcher Dispatcher { get; }

    /// <summary>What it waited for, while it is handled again; null while it is handled for the first time.</summary>
    Postponement? Postponed { get; }

    /// <summary>Puts the request aside until all that was asked for it is answered. On its dispatcher; its handler returns at once after that.</summary>
    Postponement Postpone();
}
