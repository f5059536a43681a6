using Halley.Protocol.Dialects.IComet;
using Halley.Protocol.Dialects.PushStream;
using Halley.Protocol.Options;
using Microsoft.Extensions.Configuration;

namespace Halley.Server.Configuration;

/// <summary>The keys of halley.json that come out of the tables of dialects: what holds for the whole server.</summary>
internal static class DialectKeys
{
    public static IReadOnlyList<Option<HalleyOptions>> All { get; } =
    [
        .. ICometTable.All.Select(option => option.Of<HalleyOptions>(options => options.IComet, "front.")),
        .. PushStreamTable.All.Select(
            option => option.Of<HalleyOptions>(options => options.PushStream, "push_stream.")),
    ];

    /// <summary>Takes over what the layers of the configuration, which were checked, say.</summary>
    public static void Bind(IConfiguration layers, HalleyOptions options)
    {
        foreach (var option in All)
        {
            var section = layers.GetSection(option.Name.Replace('.', ':'));
            var texts = option.IsList ? section.GetChildren().Select(item => item.Value) : [section.Value];
            Set(options, option, texts.OfType<string>());
        }
    }

    /// <summary>Writes them for another process, by their keys.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Write(HalleyOptions options) =>
        All.ToDictionary(option => option.Name, option => option.Get(options));

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static void Read(IReadOnlyDictionary<string, IReadOnlyList<string>> written, HalleyOptions options)
    {
        foreach (var option in All)
        {
            Set(options, option, written[option.Name]);
        }
    }

    private static void Set(HalleyOptions options, Option<HalleyOptions> option, IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            option.Set(options, text);
        }
    }
}
