using System.Text;
using System.Text.RegularExpressions;
using Halley.Server.Configuration;

namespace Halley.Server.Import;

/// <summary>Lets what was imported be read as <c>halley serve</c> reads it, so that what is printed starts.</summary>
/// <param name="pushStream">What holds for the whole server.</param>
internal sealed partial class ImportCheck(List<(string Key, object Value)> pushStream)
{
    /// <returns>Why a server with this endpoint would not start; null where it would.</returns>
    public string? MistakeIn(ImportedEndpoint endpoint)
    {
        var listener = new ImportedListener("127.0.0.1:80", isIPv6Only: false);
        listener.Endpoints.Add(endpoint);
        return MistakeIn([listener]);
    }

    /// <returns>Why a server with these listeners would not start; null where it would.</returns>
    public string? MistakeIn(List<ImportedListener> listeners)
    {
        try
        {
            HalleyConfiguration.Read(Encoding.UTF8.GetBytes(ImportedJson.Write(pushStream, listeners)), "halley.json");
            return null;
        }
        catch (ConfigurationException mistake)
        {
            return Place().Replace(mistake.Message, "");
        }
    }

    [GeneratedRegex("^halley\\.json:[0-9]+: ")]
    private static partial Regex Place();
}
