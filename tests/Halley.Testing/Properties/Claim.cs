using FsCheck;
using FsCheck.Fluent;

namespace Halley.Testing.Properties;

/// <summary>
/// A claim about every value of a kind, tried on many that chance makes; the smallest one found to break it is shown.
/// </summary>
public static class Claim
{
    /// <param name="claim">Throws where it does not hold.</param>
    /// <param name="times">How many values are tried.</param>
    public static void Holds<T>(Arbitrary<T> any, Action<T> claim, int times = 200) =>
        Prop.ForAll(any, claim).Check(Config.QuickThrowOnFailure.WithMaxTest(times));
}
