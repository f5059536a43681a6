using System.Net;
using Halley.Server.Configuration;

namespace Halley.Server.Commands;

/// <summary>
/// The greeting of a server that has started: what is served where, and two commands that show it works.
/// </summary>
internal static class StartHint
{
    /// <param name="front">Where subscribers of iComet's protocol come; null for nowhere.</param>
    /// <param name="admin">Where its publishers come; null for nowhere.</param>
    /// <param name="others">Where the operator's own listeners are, in the order of the file.</param>
    public static void Write(
        HalleyOptions options, EndPoint? front, EndPoint? admin, IReadOnlyList<EndPoint> others, TextWriter output)
    {
        output.WriteLine(Product.NameAndVersion);
        if (front is not null && admin is not null)
        {
            var isTokenNeeded = options.IComet.RequireToken;
            var withToken = isTokenNeeded ? " with a token," : "";
            output.WriteLine(
                $"subscribers come to {front},{withToken} publishers to {admin}. Try, in two terminals:");
            WriteCommands(
                ListenAddress.ToCurl(front, options.Front.Tls.IsUsed),
                ListenAddress.ToCurl(admin),
                isTokenNeeded,
                output);
        }
        else if (front is not null || admin is not null)
        {
            output.WriteLine(front is not null ? $"subscribers come to {front}" : $"publishers come to {admin}");
        }

        if (others.Count > 0)
        {
            WriteListeners(options, others, hasTold: front is not null && admin is not null, output);
        }
    }

    private static void WriteCommands(string front, string admin, bool isTokenNeeded, TextWriter output)
    {
        if (isTokenNeeded)
        {
            output.WriteLine($$"""  token=$(curl -s {{admin}}/sign?cname=12" | sed 's/.*"token":"\([^"]*\)".*/\1/')""");
        }

        output.WriteLine($"""  curl {front}/sub?cname=12&seq=1{(isTokenNeeded ? "&token=$token" : "")}" """.TrimEnd());
        output.WriteLine($"""  curl {admin}/push?cname=12&content=hi" """.TrimEnd());
    }

    private static void WriteListeners(
        HalleyOptions options, IReadOnlyList<EndPoint> others, bool hasTold, TextWriter output)
    {
        var endpoints = options.GetListeners().Zip(others)
            .Where(pair => pair.Second is IPEndPoint)
            .SelectMany(
                pair => pair.First.Endpoints,
                (pair, endpoint) => (
                    Url: ListenAddress.ToUrl((IPEndPoint)pair.Second, pair.First.Tls.IsUsed), Endpoint: endpoint))
            .ToList();
        var subscribe = hasTold
            ? null
            : endpoints
                .Select(one => EndpointHint.ToSubscribe(one.Endpoint, one.Url))
                .FirstOrDefault(command => command is not null);
        var publish = hasTold
            ? null
            : endpoints
                .Select(one => EndpointHint.ToPublish(one.Endpoint, one.Url))
                .FirstOrDefault(command => command is not null);
        var areBoth = subscribe is not null && publish is not null;
        output.WriteLine(
            $"your own listeners are at {string.Join(", ", others)}{(areBoth ? ". Try, in two terminals:" : "")}");
        if (areBoth)
        {
            output.WriteLine($"  {subscribe}");
            output.WriteLine($"  {publish}");
        }
    }
}
