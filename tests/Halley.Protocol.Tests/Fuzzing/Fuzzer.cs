using System.Diagnostics;
using System.Globalization;

namespace Halley.Protocol.Tests.Fuzzing;

/// <summary>
/// Tries a claim on inputs made from good ones by faults: bytes changed, left out, put in, doubled, taken from another.
/// The same seed makes the same inputs, and a failure names the input.
/// </summary>
/// <remarks>
/// By default each target gets so many inputs that it is done in a moment. FUZZ_SECONDS=60 goes on for so long instead:
/// for CI, and for whoever changes a parser. FUZZ_SEED begins elsewhere than at 0; with the seed that a failure names,
/// its input is the first.
/// </remarks>
internal sealed class Fuzzer(IReadOnlyList<byte[]> good, byte[] telling)
{
    private const int InputsByDefault = 30_000;
    private const int MaxFaults = 8;
    private const int MaxLength = 4096;

    private static readonly int Seconds = Setting("FUZZ_SECONDS");
    private static readonly int Seed = Setting("FUZZ_SEED");

    /// <param name="claim">
    /// Throws where it does not hold. It is given the input, and chance to choose with what the input does not.
    /// </param>
    public void Run(Action<byte[], Random> claim)
    {
        var watch = Stopwatch.StartNew();
        var count = 0L;
        while (Seconds > 0 ? watch.Elapsed.TotalSeconds < Seconds : count < InputsByDefault)
        {
            var seed = unchecked(Seed + (int)count++);
            var chance = new Random(seed);
            var input = Make(chance);
            try
            {
                claim(input, chance);
            }
            catch (Exception exception)
            {
                Assert.Fail($"FUZZ_SEED={seed} {Convert.ToHexString(input)}\n{exception}");
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{count} inputs");
    }

    private byte[] Make(Random chance)
    {
        var bytes = new List<byte>(good[chance.Next(good.Count)]);
        for (var faults = chance.Next(MaxFaults); faults > 0; faults--)
        {
            var at = chance.Next(bytes.Count + 1);
            var count = Math.Min(chance.Next(1, 1 + (1 << chance.Next(8))), bytes.Count - at);
            switch (chance.Next(7))
            {
                case 0 when count > 0:
                    bytes[at] = (byte)chance.Next(256);
                    break;
                case 1 when count > 0:
                    bytes[at] ^= (byte)(1 << chance.Next(8));
                    break;
                case 2:
                    bytes.Insert(at, telling[chance.Next(telling.Length)]);
                    break;
                case 3:
                    bytes.RemoveRange(at, count);
                    break;
                case 4:
                    bytes.InsertRange(at, bytes.GetRange(at, count));
                    break;
                case 5:
                    bytes.InsertRange(at, good[chance.Next(good.Count)]);
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes.Take(MaxLength)];
    }

    private static int Setting(string name) =>
        int.TryParse(
            Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out var value)
            ? value
            : 0;
}
