using System.Text.Json.Serialization;
using Halley.Load.Clients;
using Halley.Load.Wire;

namespace Halley.Load.Processes;

/// <summary>A line that the measuring process writes to a client process.</summary>
internal sealed record ClientOrder(string Do)
{
    public const string Prepare =
        "prepare", Open = "open", Count = "count", Take = "take", Leave = "leave", Return = "return", Expect = "expect";

    /// <summary>For prepare.</summary>
    public SubscriptionPlan? Plan { get; init; }

    /// <summary>For open: how many there shall be.</summary>
    public int Number { get; init; }

    /// <summary>For leave and return: which subscribers, as <see cref="Absence"/> chooses them.</summary>
    public double Share { get; init; }

    /// <summary>For return: whether they resume. If not, <see cref="Numbers"/> are what they skip.</summary>
    public bool Resumes { get; init; }

    /// <summary>
    /// For expect and return: channel and number in turn; channels that are not named have had nothing.
    /// </summary>
    public int[] Numbers { get; init; } = [];

    /// <summary>For expect and return: the number of the last message to everybody.</summary>
    public int NumberToAll { get; init; }
}

/// <summary>
/// A line that a client process answers with; while an order takes long, some come before it is done.
/// </summary>
internal sealed record ClientReport
{
    public bool IsDone { get; init; }

    public int Held { get; init; }

    public long Delivered { get; init; }

    public DeliveryErrors Errors { get; init; } = DeliveryErrors.None;

    /// <summary>For take: those since the last take.</summary>
    public long[] Latencies { get; init; } = [];

    /// <summary>The error that stops it; null: none.</summary>
    public string? Error { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ClientOrder))]
[JsonSerializable(typeof(ClientReport))]
internal sealed partial class ClientJson : JsonSerializerContext;
