using Halley.Protocol.Options;
using static Halley.Protocol.Options.Option<Halley.Protocol.Dialects.MiniComet.MiniCometOptions>;

namespace Halley.Protocol.Dialects.MiniComet;

/// <summary>What an operator can choose about the smallest server.</summary>
public sealed class MiniCometOptions
{
    public static IReadOnlyList<Option<MiniCometOptions>> Table { get; } =
    [
        Number(
            "max_ids",
            "How many ids there are, from 0.",
            o => o.MaxIds,
            (o, number) => o.MaxIds = number) with { Where = ["mini-comet"] },
    ];

    public int MaxIds { get; set; } = 1000;
}
