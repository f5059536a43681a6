namespace Halley.Testing.Doubles;

/// <summary>What a broker in memory does is done when its call returns.</summary>
public static class Completed
{
    /// <exception cref="InvalidOperationException">It is not.</exception>
    public static T Now<T>(this ValueTask<T> operation) =>
        operation.IsCompleted
            ? operation.GetAwaiter().GetResult()
            : throw new InvalidOperationException("It is not done yet.");
}
