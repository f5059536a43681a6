using FsCheck;
using FsCheck.Fluent;
using Halley.Testing.Properties;

namespace Halley.Core.Tests;

/// <summary>
/// The one promise: a subscriber gets every message of its channel once, in order, from where it attached; whatever
/// comes and goes meanwhile, and wherever the slices end.
/// </summary>
public class DeliveryProperties
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void Every_subscriber_is_told_everything_once_and_in_order(int historySize) =>
        Claim.Holds(
            Steps,
            steps =>
            {
                using var world = new DeliveryWorld(historySize);
                foreach (var step in steps)
                {
                    world.Do(step);
                }

                world.AssertEverybodyWasTold();
            },
            times: 1000);

    private static Arbitrary<IReadOnlyList<DeliveryStep>> Steps { get; } = Any.ListOf(
        from verb in Gen.Frequency(
            (4, Gen.Constant(DeliveryVerb.Attach)),
            (2, Gen.Constant(DeliveryVerb.Poll)),
            (1, Gen.Constant(DeliveryVerb.AttachFickle)),
            (1, Gen.Constant(DeliveryVerb.AttachJealous)),
            (8, Gen.Constant(DeliveryVerb.Publish)),
            (8, Gen.Constant(DeliveryVerb.Run)),
            (2, Gen.Constant(DeliveryVerb.Detach)),
            (1, Gen.Constant(DeliveryVerb.Clear)),
            (1, Gen.Constant(DeliveryVerb.Close)))
        from which in Gen.Choose(0, 7)
        from amount in Gen.Choose(0, 5)
        select new DeliveryStep(verb, which, amount));
}
