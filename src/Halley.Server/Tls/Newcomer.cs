namespace Halley.Server.Tls;

/// <summary>A connection on which nothing was asked yet: a server that ends waits a little for its request.</summary>
internal sealed class Newcomer
{
    private readonly Action _done;
    private int _isDone;

    /// <param name="done">Called once, when it asks or goes.</param>
    public Newcomer(Action done) => _done = done;

    /// <summary>Notes that it has asked, or gone. Any thread.</summary>
    public void Done()
    {
        if (Interlocked.Exchange(ref _isDone, 1) == 0)
        {
            _done();
        }
    }
}
