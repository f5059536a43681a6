using System.Diagnostics;
using Halley.Testing;

namespace Halley.Specifications.Hosts;

/// <summary>
/// For what a host does without telling anybody: the closing of a socket noticed, a count that goes down.
/// </summary>
public static class Eventually
{
    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        var waited = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(waited.Elapsed < RawHttpClient.Patience, $"It never came true that {what}.");
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }
}
