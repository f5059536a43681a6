namespace Halley.Client;

/// <summary>Addresses that lie below one that was given.</summary>
internal static class Addresses
{
    /// <param name="within">May have a path and a query of its own.</param>
    public static Uri Below(Uri within, string path, string query = "")
    {
        var own = within.Query.TrimStart('?');
        return new UriBuilder(within)
        {
            Path = $"{within.AbsolutePath.TrimEnd('/')}/{path}",
            Query = own.Length > 0 && query.Length > 0 ? $"{own}&{query}" : own + query,
        }.Uri;
    }
}
