using Halley.Protocol.Dialects.IComet;
using Halley.Protocol.Dialects.MiniComet;
using Halley.Protocol.Dialects.Nchan;
using Halley.Protocol.Dialects.PushStream;
using Halley.Protocol.Options;
using Halley.Server.Configuration;
using Halley.Server.Configuration.Listeners;

namespace Halley.Server.Tests.Configuration;

/// <summary>What holds for every line of a dialect's table.</summary>
public sealed class OptionTableTests
{
    [Fact]
    public void What_an_option_says_that_it_is_sets_it_to_that()
    {
        SaysWhatItIs(PushStreamTable.All, () => new PushStreamOptions());
        SaysWhatItIs(EndpointTable.All, () => new EndpointOptions { ChannelsPath = "$1", StoreMessages = true });
        SaysWhatItIs(NchanTable.All, () => new NchanOptions());
        SaysWhatItIs(ICometTable.All, () => new ICometOptions());
        SaysWhatItIs(MiniCometOptions.Table, () => new MiniCometOptions());
    }

    [Fact]
    public void An_option_stands_where_there_is_such_an_endpoint() => Assert.All(
        EndpointTable.All.Cast<Option>().Concat(NchanTable.All).Concat(MiniCometOptions.Table),
        option => Assert.Subset(EndpointKind.ByName.Keys.ToHashSet(), option.Where.ToHashSet()));

    [Fact]
    public void Every_kind_of_a_dialect_can_stand_in_the_file() => Assert.Subset(
        EndpointKind.ByName.Keys.ToHashSet(),
        PushStreamKinds.ByName.Keys.Concat(NchanKinds.ByName.Keys).ToHashSet());

    [Fact]
    public void An_option_has_a_sentence_and_a_name_of_its_own()
    {
        foreach (var table in (IEnumerable<Option>[])[DialectKeys.All, EndpointTable.All, NchanTable.All])
        {
            Assert.All(table, option => Assert.EndsWith(".", option.Sentence, StringComparison.Ordinal));
            Assert.Distinct(table.SelectMany(option => option.OtherNames.Prepend(option.Name)));
        }
    }

    // Set once to what it says of itself, it says the same; and so it is with what another one is set to.
    private static void SaysWhatItIs<T>(IReadOnlyList<Option<T>> table, Func<T> create)
    {
        foreach (var option in table)
        {
            var (first, second) = (create(), create());
            var said = option.Get(first);
            foreach (var text in option.IsList && option.Kind != ValueKind.Word ? [] : said)
            {
                Assert.True(option.TrySet(second, text), $"{option.Name} refuses {text}");
            }

            Assert.Equal(said, option.Get(second));
        }
    }
}
