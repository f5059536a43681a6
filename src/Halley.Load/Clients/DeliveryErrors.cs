namespace Halley.Load.Clients;

/// <summary>The errors of deliveries: a figure of a run is worth something only where all of these are zero.</summary>
internal sealed record DeliveryErrors(long Lost, long Duplicated, long OutOfOrder, long Damaged, long Ended)
{
    public static DeliveryErrors None { get; } = new(0, 0, 0, 0, 0);

    public bool IsNone => this == None;

    public static DeliveryErrors operator +(DeliveryErrors a, DeliveryErrors b) => new(
        a.Lost + b.Lost,
        a.Duplicated + b.Duplicated,
        a.OutOfOrder + b.OutOfOrder,
        a.Damaged + b.Damaged,
        a.Ended + b.Ended);

    public override string ToString() =>
        $"lost {Lost}, duplicated {Duplicated}, out of order {OutOfOrder}, damaged {Damaged}, "
            + $"connections ended {Ended}";
}
