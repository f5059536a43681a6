using System.Globalization;
using Halley.Testing;
using Microsoft.Playwright;

namespace Halley.Proxies.Tests;

/// <summary>
/// samples/PushFromPhp, as its one script starts it, in a browser: PHP and a page that were made for iComet, over
/// nginx.
/// </summary>
public sealed class PhpChat : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";

    private readonly ReservedPort _site = new();
    private readonly ReservedPort _front = new();
    private readonly ReservedPort _admin = new();
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("halley-chat-data-");
    private ProxyProcess? _chat;
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public async ValueTask InitializeAsync()
    {
        Assert.True(File.Exists(Chromium), $"{Chromium} is not there. On Debian: apt-get install chromium");
        _chat = await StartAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium,
            ChromiumSandbox = false,
            Args = [
                "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync",
            ],
        });
    }

    public async ValueTask DisposeAsync()
    {
        await (_browser?.CloseAsync() ?? Task.CompletedTask);
        _playwright?.Dispose();
        await (_chat?.DisposeAsync() ?? ValueTask.CompletedTask);
        new List<ReservedPort> { _site, _front, _admin }.ForEach(port => port.Dispose());
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task Two_people_chat_and_markup_stays_text()
    {
        var (ann, ben) = (await OpenAsync("Ann"), await OpenAsync("Ben"));
        await SayAsync(ann, "Hello Ben");
        await UntilShownAsync(ben, "Hello Ben");
        await SayAsync(ben, "<img src=x onerror=\"document.title='broken'\"> & <b>bold</b>\n你好 😀");
        await UntilShownAsync(ann, "<b>bold</b>");

        // And as PHP writes it into a new page.
        var cleo = await OpenAsync("Cleo");
        foreach (var page in new[] { ann, ben, cleo })
        {
            Assert.Equal(
                ["Hello Ben", "<img src=x onerror=\"document.title='broken'\"> & <b>bold</b>\n你好 😀"],
                await TextsAsync(page));
            Assert.Equal("Lobby", await page.TitleAsync());
            Assert.Equal(0, await page.Locator("#messages img, #messages p b").CountAsync());
        }
    }

    [Fact]
    public async Task Each_message_comes_once_and_in_order_to_both()
    {
        var (ann, ben) = (await OpenAsync("Ann"), await OpenAsync("Ben"));
        for (var n = 1; n <= 20; n++)
        {
            await SayAsync(n % 2 == 0 ? ann : ben, $"number {n}");
        }

        foreach (var page in new[] { ann, ben })
        {
            await UntilShownAsync(page, "number 20");
            Assert.Equal(Enumerable.Range(1, 20).Select(n => $"number {n}"), await TextsAsync(page));
        }
    }

    [Fact]
    public async Task What_cannot_be_said_gets_a_sentence_and_stays_in_the_field()
    {
        var page = await OpenAsync("");
        await page.Locator("textarea").FillAsync("hi");
        await AssertMistakeAsync(page, "Please say who you are.");
        await page.Locator("input").FillAsync("Ann");
        await page.Locator("textarea").FillAsync(" \n ");
        await AssertMistakeAsync(page, "Please write something first.");
        await page.Locator("textarea").FillAsync(new string('é', 1001));
        await AssertMistakeAsync(page, "This is too long: at most 1000 characters, and these are 1001.");
        Assert.Equal(1001, (await page.Locator("textarea").InputValueAsync()).Length);
        Assert.Empty(await TextsAsync(page));
        await SayAsync(page, new string('é', 1000));
        await UntilShownAsync(page, "é");
        Assert.Equal("", await page.Locator("#mistake").TextContentAsync());
    }

    [Fact]
    public async Task Nothing_is_lost_when_all_of_it_is_started_again()
    {
        var ann = await OpenAsync("Ann");
        await SayAsync(ann, "before");
        await UntilShownAsync(ann, "before");
        await _chat!.DisposeAsync();
        await ann.Locator("textarea").FillAsync("kept");
        await AssertMistakeAsync(ann, "The site does not answer. What you wrote is still here: please try again.");

        _chat = await StartAsync();
        var ben = await OpenAsync("Ben");
        await SayAsync(ben, "meanwhile");
        await SayAsync(ann, "kept");
        await UntilShownAsync(ben, "kept");
        await UntilShownAsync(ann, "kept");

        Assert.Equal(["before", "meanwhile", "kept"], await TextsAsync(ben));
        Assert.Equal(["before", "meanwhile", "kept"], await TextsAsync(ann));
    }

    [Fact]
    public async Task What_is_said_while_Halley_does_not_answer_is_kept_and_comes_later()
    {
        var (ann, ben) = (await OpenAsync("Ann"), await OpenAsync("Ben"));
        await SayAsync(ann, "before");
        await UntilShownAsync(ben, "before");
        var halley = Assert.Single(
            ChildrenOf(_chat!.Id), child => File.ReadAllText($"/proc/{child}/comm") == "halley\n");
        await SignalAsync("STOP", halley);
        await SayAsync(ann, "meanwhile");
        await AssertMistakeAsync(
            ann,
            "Your message is kept, but the push server does not answer: others see it a little later.",
            click: false);
        await UntilShownAsync(ann, "meanwhile");

        await SignalAsync("CONT", halley);
        await SayAsync(ann, "after");
        await UntilShownAsync(ben, "after");

        Assert.Equal(["before", "meanwhile", "after"], await TextsAsync(ben));
        Assert.Equal(["before", "meanwhile", "after"], await TextsAsync(ann));
    }

    [Fact]
    public async Task A_second_one_on_the_same_ports_says_which_is_taken()
    {
        await using var second = Run();

        Assert.Equal(1, await second.UntilExitAsync());
        Assert.Equal($"Port {Text(_site)} is in use: choose another with PORT=NUMBER.\n", second.Output);
    }

    [Fact]
    public async Task Who_may_not_listen_is_refused_by_Halley_itself()
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://{_site.OnLoopback}/") };
        Assert.Equal(
            "{\"type\":\"401\",\"cname\":\"lobby\",\"seq\":0,\"content\":\"Token error\"}\n",
            await client.GetStringAsync(
                new Uri("icomet/sub?cname=lobby&token=guessed", UriKind.Relative),
                TestContext.Current.CancellationToken));
    }

    private ProxyProcess Run()
    {
        var folder = Path.Combine(HalleyCommand.Root(), "samples", "PushFromPhp");
        return ProxyProcess.Start(Path.Combine(folder, "run"), folder, [],
            ("PORT", Text(_site)), ("FRONT", Text(_front)), ("ADMIN", Text(_admin)), ("DATA", _data.FullName), (
                "HALLEY", HalleyCommand.Executable));
    }

    private async Task<ProxyProcess> StartAsync()
    {
        var chat = Run();
        await chat.UntilSaidAsync($"The chat is at http://{_site.OnLoopback}/");
        return chat;
    }

    private static int[] ChildrenOf(int process) =>
        [.. File.ReadAllText($"/proc/{process}/task/{process}/children")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(id => int.Parse(id, CultureInfo.InvariantCulture))];

    private static async Task SignalAsync(string signal, int process)
    {
        using var kill = System.Diagnostics.Process.Start("/bin/kill", [$"-{signal}", Text(process)]);
        await kill.WaitForExitAsync();
        Assert.Equal(0, kill.ExitCode);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Text(ReservedPort port) => Text(port.Number);

    /// <summary>A page of a browser that has seen nothing before, and listens.</summary>
    private async Task<IPage> OpenAsync(string name)
    {
        var page = await _browser!.NewPageAsync();
        page.SetDefaultTimeout((float)RawHttpClient.Patience.TotalMilliseconds);
        await page.GotoAsync($"http://{_site.OnLoopback}/");
        await page.Locator("input").FillAsync(name);
        return page;
    }

    // It is said once the field is empty again.
    private static async Task SayAsync(IPage page, string text)
    {
        await page.Locator("textarea").FillAsync(text);
        await page.Locator("button").ClickAsync();
        await Assertions.Expect(page.Locator("textarea")).ToHaveValueAsync(
            "", new() { Timeout = (float)RawHttpClient.Patience.TotalMilliseconds });
    }

    private static async Task AssertMistakeAsync(IPage page, string sentence, bool click = true)
    {
        if (click)
        {
            await page.Locator("button").ClickAsync();
        }

        await Assertions.Expect(page.Locator("#mistake")).ToHaveTextAsync(
            sentence, new() { Timeout = (float)RawHttpClient.Patience.TotalMilliseconds });
    }

    private static Task UntilShownAsync(IPage page, string text) =>
        page.Locator("#messages p", new() { HasText = text }).Last.WaitForAsync();

    private static async Task<IReadOnlyList<string>> TextsAsync(IPage page) =>
        await page.Locator("#messages p").AllTextContentsAsync();
}
