using System.Text;
using System.Text.Unicode;
using FsCheck;
using FsCheck.Fluent;
using Halley.Protocol.Dialects.Centrifugo.Differences;
using Halley.Testing.Properties;

namespace Halley.Protocol.Tests.Centrifugo;

/// <summary>A delta and its base give the bytes that it was made of.</summary>
public class FossilProperties
{
    private static readonly Arbitrary<int> AnySeed = Gen.Choose(0, int.MaxValue).ToArbitrary();

    [Fact]
    public void Bytes_come_of_any_others() => Claim.Holds(Any.Bytes, to =>
    {
        foreach (var from in (byte[][])[[], [1, 2, 3], to, [.. to, .. to], [.. to.Reverse()]])
        {
            Assert.Equal(to, new FossilReader(from, FossilDelta.Write(from, to, keepsCharacters: false)).Read());
        }
    });

    [Fact]
    public void What_was_edited_comes_of_what_it_was() => Claim.Holds(
        AnySeed,
        seed =>
        {
            var chance = new Random(seed);
            var (from, to) = (Text(chance, 0), Text(chance, chance.Next(1, 6)));
            foreach (var keepsCharacters in (bool[])[true, false])
            {
                var delta = FossilDelta.Write(from, to, keepsCharacters);
                Assert.Equal(to, new FossilReader(from, delta).Read());
                Assert.True(!keepsCharacters || Utf8.IsValid(delta));
            }

            // The same text with some words changed.
            static byte[] Text(Random chance, int edits)
            {
                var words = Enumerable.Range(0, 200).Select(i => $"\u00e9{i * 7919 % 1009}\u4f60\U0001F600").ToArray();
                for (; edits > 0; edits--)
                {
                    words[chance.Next(words.Length)] = new string('\u00e8', chance.Next(5));
                }

                return Encoding.UTF8.GetBytes(string.Join(' ', words));
            }
        },
        times: 300);

    [Fact]
    public void Little_is_given_where_little_has_changed()
    {
        var from = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 500).Select(i => $"{{\"id\":{i}}},")));
        var to = Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(from).Replace("\"id\":250}", "\"id\":251,\"new\":true}", StringComparison.Ordinal));
        var reader = new FossilReader(from, FossilDelta.Write(from, to, keepsCharacters: true));
        Assert.Equal(to, reader.Read());
        Assert.InRange(reader.Given, 1, 40);
    }

    [Fact]
    public void A_text_that_repeats_itself_takes_no_longer()
    {
        var from = new byte[500_000];
        var to = new byte[500_001];
        to[250_000] = 1;
        Assert.Equal(to, new FossilReader(from, FossilDelta.Write(from, to, keepsCharacters: true)).Read());
    }
}
