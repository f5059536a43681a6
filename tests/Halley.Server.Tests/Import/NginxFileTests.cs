using Halley.Server.Commands;
using Halley.Server.Import;

namespace Halley.Server.Tests.Import;

public sealed class NginxFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Directives_have_names_arguments_and_blocks()
    {
        var http = Assert.Single(Read("# a comment\nhttp {\n  gzip on; listen 80 default_server;\n} # the end"));
        Assert.Equal(("http", 2), (http.Name, http.Block!.Count));
        Assert.Equal(["gzip on", "listen 80 default_server"], http.Block.Select(directive => directive.ToString()));
        Assert.Equal("nginx.conf:3", http.Block[1].Origin);
    }

    [Theory]
    [InlineData("\"a b;{}\"", "a b;{}")]
    [InlineData("'a\"b'", "a\"b")]
    [InlineData("\"a\\\"b\\\\\"", "a\"b\\")]
    [InlineData("\"a\\r\\n\\t\"", "a\r\n\t")]
    [InlineData("^/x\\.y$", "^/x\\.y$")]
    [InlineData("a${b}c", "a${b}c")]
    [InlineData("a#b", "a#b")]
    [InlineData("\"\"", "")]
    public void Words_are_read_as_nginx_reads_them(string written, string word) =>
        Assert.Equal([word], Assert.Single(Read($"x {written};")).Arguments);

    [Fact]
    public void Included_files_stand_in_place_of_their_include()
    {
        _directory.Write("conf.d/b.conf", "b 2;");
        _directory.Write("conf.d/a.conf", "a 1;");
        _directory.Write("one.conf", "c 3;");
        var directives = Read("include conf.d/*.conf; include one.conf; include none.d/*; d 4;");
        Assert.Equal(["a 1", "b 2", "c 3", "d 4"], directives.Select(directive => directive.ToString()));
        Assert.EndsWith("one.conf:1", directives[2].Origin, StringComparison.Ordinal);
    }

    [Fact]
    public void Patterns_of_files_may_stand_anywhere_in_a_path_and_name_no_hidden_ones()
    {
        foreach (var name in new[]
        {
            "sites/a/x.conf",
            "sites/b/x.conf",
            "sites/b/y.conf",
            "sites/.c/x.conf",
            "one1.cf",
            "one2.cf",
            "one3.cf",
            ".one4.cf",
            "one5.cf~",
        })
        {
            _directory.Write(name, $"f {name};");
        }

        var directives = Read(
            "include sites/*/x.conf; include one[12].cf; include one[!12].cf; include *.none; include none/*/x; "
                + "include ?ne1.cf;");
        Assert.Equal(
            ["f sites/a/x.conf", "f sites/b/x.conf", "f one1.cf", "f one2.cf", "f one3.cf", "f one1.cf"],
            directives.Select(directive => directive.ToString()));
    }

    [Fact]
    public void Files_that_include_each_other_twice_are_refused()
    {
        _directory.Write("a.conf", string.Concat(Enumerable.Repeat("include b.conf;", 40)));
        _directory.Write("b.conf", string.Concat(Enumerable.Repeat("include c.conf;", 40)));
        _directory.Write("c.conf", string.Concat(Enumerable.Repeat("include d.conf;", 40)));
        _directory.Write("d.conf", "x 1;");
        Assert.Contains(
            "more than 4096 files are included",
            Assert.Throws<CommandException>(() => Read("include a.conf;")).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ local t = { 1 } }")]
    [InlineData("{ local s = '}' .. \"}\" .. '\\'}' }")]
    [InlineData("{ -- }\n }")]
    [InlineData("{ --[[ } \n } ]] }")]
    [InlineData("{ --[==[ } ]] } ]==] }")]
    [InlineData("{ local s = [[ } ' \" ]] }")]
    [InlineData("{ local s = [=[ ]] } ]=] x = t[1] }")]
    [InlineData("{ -- it's\n }")]
    [InlineData("{}")]
    public void Lua_may_have_braces_in_its_texts_and_remarks(string block)
    {
        var directives = Read($"access_by_lua_block {block} after 1;");
        Assert.Equal(["access_by_lua_block", "after 1"], directives.Select(directive => directive.ToString()));
    }

    [Theory]
    [InlineData("x_by_lua_block { '}")]
    [InlineData("x_by_lua_block { -- }")]
    [InlineData("x_by_lua_block { [[ }")]
    [InlineData("x_by_lua_block {")]
    public void Lua_that_does_not_end_is_told(string text) =>
        Assert.Equal(
            "nginx.conf:1: the block is not closed; it wants a }",
            Assert.Throws<CommandException>(() => Read(text)).Message);

    [Fact]
    public void What_another_module_has_a_language_for_is_passed_over()
    {
        var directives = Read("content_by_lua_block { local t = { 1, \"a\" }\n } after 1;");
        Assert.Equal("after 1", directives[^1].ToString());
    }

    [Theory]
    [InlineData("http {", "nginx.conf:1: the file ends within a block; it wants a }")]
    [InlineData("\n}", "nginx.conf:2: a \"}\" stands where a directive should begin")]
    [InlineData("gzip on", "nginx.conf:1: \"gzip\" is not ended; it wants a ;")]
    [InlineData("http { gzip on }", "nginx.conf:1: \"gzip\" is not ended; it wants a ;")]
    [InlineData("x \"abc;", "nginx.conf:1: the quote is not closed; it wants a \"")]
    [InlineData("x ${abc;", "nginx.conf:1: ${ is not closed; it wants a }")]
    [InlineData("x_by_lua_block { { }", "nginx.conf:1: the block is not closed; it wants a }")]
    public void A_mistake_is_told_with_its_line(string text, string message) =>
        Assert.Equal(message, Assert.Throws<CommandException>(() => Read(text)).Message);

    [Fact]
    public void A_file_that_includes_itself_is_refused()
    {
        var message = Assert.Throws<CommandException>(() => Read("include nginx.conf;")).Message;
        Assert.Contains("does a file include itself?", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_in_a_block_without_end_is_refused() =>
        Assert.Contains(
            "nested more than",
            Assert.Throws<CommandException>(() => Read(string.Concat(Enumerable.Repeat("a {", 10_000)))).Message,
            StringComparison.Ordinal);

    [Theory]
    [InlineData("include gone.conf;", "gone.conf, which it includes, is not there")]
    public void A_file_that_is_not_there_is_named(string text, string message) =>
        Assert.Contains(message, Assert.Throws<CommandException>(() => Read(text)).Message, StringComparison.Ordinal);

    private IReadOnlyList<NginxDirective> Read(string text) => NginxFile.Read(_directory.Write("nginx.conf", text));

    [Theory]
    [InlineData("30", 30_000)]
    [InlineData("1h 30m", 5_400_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("2500ms", 2500)]
    [InlineData("1d", 86_400_000)]
    [InlineData("1M", 2_592_000_000)]
    [InlineData("1s 500ms", 1500)]
    [InlineData("0", 0)]
    [InlineData("30m 1h", -1)]
    [InlineData("1x", -1)]
    [InlineData("", -1)]
    [InlineData("-1", -1)]
    [InlineData("m", -1)]
    [InlineData("$t", -1)]
    public void Times_are_read_as_nginx_reads_them(string text, long milliseconds) =>
        Assert.Equal(milliseconds, NginxTime.TryParse(text, out var time) ? (long)time.TotalMilliseconds : -1);
}
