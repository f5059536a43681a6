namespace WebIm.Tests;

/// <summary>For what another process does in its own time.</summary>
internal static class Patience
{
    /// <summary>Looks until it is so; fails after 30 seconds.</summary>
    public static async Task Until(string what, Func<Task<bool>> isSo)
    {
        for (var i = 0; i < 600; i++)
        {
            if (await isSo())
            {
                return;
            }

            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        Assert.Fail($"{what}: not within 30 seconds");
    }
}
