using Halley.Protocol.Clients;
using Halley.Protocol.Options;
using static Halley.Protocol.Options.Option<Halley.Protocol.Dialects.MiniComet.MiniCometOptions>;

namespace Halley.Protocol.Dialects.MiniComet;

/// <summary>The operator's choices for the smallest server.</summary>
public sealed class MiniCometOptions : IGuarded
{
    public static IReadOnlyList<Option<MiniCometOptions>> Table { get; } =
    [
        Number(
            "max_ids",
            "How many ids there are, from 0.",
            o => o.MaxIds,
            (o, number) => o.MaxIds = number) with { Where = ["mini-comet"] },
    ];

    /// <summary>The decision on who may listen and speak. Default: everybody.</summary>
    public Admission Admission { get; set; } = Admission.Open;

    public int MaxIds { get; set; } = 1000;
}
