using System.Text;
using Halley.Broker;
using Halley.Protocol.WebSockets;

namespace Halley.Protocol;

/// <summary>
/// The end of an operation, told on the dispatcher of an exchange: for what a WebSocket's client said, where there is
/// no request to postpone, and for answers that need nothing of the request any more.
/// </summary>
internal static class Completion
{
    /// <summary>Tells it at once where the operation has ended, or when it does.</summary>
    public static void Tell<T>(ValueTask<T> operation, IExchange exchange, Action<T, IExchange> whenDone)
    {
        if (operation.IsCompleted)
        {
            Finish(operation, exchange, whenDone);
            return;
        }

        var task = operation.AsTask();
        task.GetAwaiter().UnsafeOnCompleted(() => exchange.Dispatcher.Post(new Ended<T>(task, exchange, whenDone)));
    }

    private static void Finish<T>(in ValueTask<T> operation, IExchange exchange, Action<T, IExchange> whenDone)
    {
        try
        {
            whenDone(operation.GetAwaiter().GetResult(), exchange);
        }
        catch (BrokerException refused)
        {
            exchange.End(CloseCode.TryAgainLater, Encoding.UTF8.GetBytes(refused.Message));
        }
    }

    private sealed class Ended<T>(Task<T> task, IExchange exchange, Action<T, IExchange> whenDone) : IWork
    {
        /// <inheritdoc/>
        public bool Run(ref int budget)
        {
            budget--;
            Finish(new ValueTask<T>(task), exchange, whenDone);
            return true;
        }
    }
}
