using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Halley.Protocol.Dialects.Centrifugo;
using Halley.Protocol.Dialects.IComet;
using Halley.Protocol.Dialects.MiniComet;
using Halley.Protocol.Dialects.Nchan;
using Halley.Protocol.Dialects.PushStream;
using Halley.Protocol.Options;
using Halley.Testing;

namespace Halley.Server.Tests.Configuration;

/// <summary>The documents describe every option of a dialect's table, with its default, and no other.</summary>
public sealed partial class DocumentTests
{
    private static readonly JsonSerializerOptions Readable =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Document, heading, and what must stand there.</summary>
    public static TheoryData<string, string, string[]> Lists => new()
    {
        { "push-stream.md", "Options of the server", Described(PushStreamTable.All, new PushStreamOptions()) },
        { "push-stream.md", "Options of an endpoint", Described(EndpointTable.All, new EndpointOptions()) },
        { "push-stream.md", "The smallest server", Described(MiniCometOptions.Table, new MiniCometOptions()) },
        { "nchan.md", "Options", Described(NchanTable.All, new NchanOptions()) },
        { "centrifugo.md", "Options", Described(CentrifugoOptions.Table, new CentrifugoOptions()) },
        { "icomet.md", "Options", Described(ICometTable.All, new ICometOptions()) },
    };

    [Theory]
    [MemberData(nameof(Lists))]
    public void A_document_describes_every_option_with_its_default_and_no_other(
        string document, string heading, string[] options)
    {
        var text = File.ReadAllText(Path.Combine(HalleyCommand.Root(), "docs", "protocols", document));
        var start = IndexOf(text, heading);
        var end = text.IndexOf("\n## ", start, StringComparison.Ordinal);
        var section = end < 0 ? text[start..] : text[start..end];
        var found = Entry().Matches(section).Select(entry => Blanks().Replace(entry.Value, " ").Trim());
        Assert.Equal(string.Join('\n', options), string.Join('\n', found));
    }

    [Fact]
    public void Every_table_of_a_dialect_is_compared_with_a_document()
    {
        var compared = Lists.Select(list => list.Data.Item3).ToList();
        var tables = typeof(PushStreamTable).Assembly
            .GetExportedTypes()
            .Where(type => type.Namespace!.StartsWith("Halley.Protocol.Dialects.", StringComparison.Ordinal))
            .SelectMany(type => type.GetProperties())
            .Where(one => one.GetMethod!.IsStatic && one.PropertyType.IsAssignableTo(typeof(IReadOnlyList<Option>)));
        Assert.NotEmpty(tables);
        Assert.All(tables, table =>
        {
            var names = ((IReadOnlyList<Option>)table.GetValue(null)!).Select(option => $"* `{option.Name}`");
            Assert.True(
                compared.Exists(list => names.All(
                    name => list.Any(entry => entry.StartsWith(name, StringComparison.Ordinal)))),
                $"{table.DeclaringType!.Name}.{table.Name} is in no document that Lists names");
        });
    }

    private static int IndexOf(string text, string heading)
    {
        var start = text.IndexOf($"\n## {heading}\n", StringComparison.Ordinal);
        Assert.True(start >= 0, $"there is no heading {heading}");
        return start + 1;
    }

    private static string[] Described<T>(IEnumerable<Option<T>> table, T defaults) =>
        [.. table.Select(option => Described(option, option.Get(defaults)))];

    private static string Described(Option option, IReadOnlyList<string> values)
    {
        var isPlain = option.Kind is ValueKind.Switch or ValueKind.Number or ValueKind.NumberOrZero
            or ValueKind.Seconds or ValueKind.Bytes;
        var texts = values.Select(value => $"`{(isPlain ? value : JsonSerializer.Serialize(value, Readable))}`");
        var places = option.Where.Count == 0 ? "" : $", at {string.Join(", ", option.Where)}";
        return $"* `{option.Name}`{(option.IsOurs ? " (ours)" : "")}{places}: "
            + $"{(values.Count == 0 ? option.Unset : string.Join(", ", texts))}. {option.Sentence}";
    }

    [GeneratedRegex("^\\* `[a-z_]+`.*(\n  .*)*", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Entry();

    [GeneratedRegex("\\s+")]
    private static partial Regex Blanks();
}
