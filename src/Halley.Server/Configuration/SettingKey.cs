using System.Globalization;
using Halley.Protocol.Access;
using Halley.Protocol.Options;

namespace Halley.Server.Configuration;

/// <summary>A key an operator may set, and which values it takes.</summary>
/// <param name="Name">Sections and option, joined by dots.</param>
/// <param name="Wants">What a right value is, for "it wants …".</param>
/// <param name="Accepts">Whether a value is right.</param>
internal sealed record SettingKey(string Name, string Wants, Func<string, bool> Accepts)
{
    /// <summary>Several values make one list; a list set by a higher layer replaces the lower one whole.</summary>
    public bool IsList { get; private init; }

    /// <summary>Whether its values say who may come, as <see cref="AddressRule"/> reads it.</summary>
    public bool IsAddresses { get; private init; }

    /// <summary>The least and the most of a whole number; null for what is no number.</summary>
    public (long Least, long Most)? Range { get; private init; }

    /// <summary>Whether its value may hold a password, and is repeated nowhere.</summary>
    public bool IsSecret { get; private init; }

    /// <summary>An option of a dialect's table.</summary>
    public static SettingKey Of(Option option) => new(option.Name, option.Wants, option.Accepts)
    {
        IsList = option.IsList,
        Range = option.Kind switch
        {
            ValueKind.Number or ValueKind.Seconds => (1, int.MaxValue),
            ValueKind.Bytes => (1, long.MaxValue),
            _ => null,
        },
    };

    public static SettingKey RedisUrl(string name) => new(
        name,
        "redis://HOST:PORT such as redis://127.0.0.1:6379, with USER:PASSWORD@ before the host where that is "
            + "needed, further HOST:PORT behind commas, and rediss:// for TLS; or nothing",
        value => value.Length == 0 || RedisSection.TryParse(value, out _))
    {
        IsSecret = true,
    };

    /// <summary>The form of a key of the API, in words.</summary>
    public const string WantsKey =
        "16 to 255 printable ASCII characters without blanks, drawn at random, such as openssl rand -hex 32 prints";

    public static SettingKey ApiKeys(string name) => new(name, WantsKey, Protocol.Access.ApiKeys.IsOne)
    {
        IsList = true,
        IsSecret = true,
    };

    /// <summary>The form of a secret of tokens, in words.</summary>
    public const string WantsSecret =
        "32 to 1024 bytes of text, drawn at random, such as openssl rand -hex 32 prints";

    public static SettingKey JwtSecrets(string name) => new(name, WantsSecret, JwtSection.IsText)
    {
        IsList = true,
        IsSecret = true,
    };

    /// <param name="example">One that an operator might have.</param>
    public static SettingKey Url(string name, string example) =>
        new(name, $"a URL such as {example}, or nothing", JwtSection.IsUrl);

    public static SettingKey NameOrNone(string name) => new(
        name,
        "a name of letters, digits, \".\", \"_\" and \"-\", or nothing",
        RedisSection.IsNodeName);

    public static SettingKey NodeName(string name) =>
        new(name, "a name of letters, digits, \".\", \"_\" and \"-\", 100 at most", RedisSection.IsNodeName);

    public static SettingKey Text(string name, string wants) => new(name, wants, _ => true);

    /// <summary>Text that is repeated nowhere.</summary>
    public static SettingKey Secret(string name, string wants) => Text(name, wants) with { IsSecret = true };

    public static SettingKey Word(string name, params string[] words) => new(
        name,
        $"{string.Join(", ", words[..^1])} or {words[^1]}",
        words.Contains);

    /// <summary>A whole number of seconds.</summary>
    public static SettingKey Seconds(string name, long least, long most = int.MaxValue) =>
        Integer(name, least, most) with { Wants = $"a whole number of seconds from {least} to {most}" };

    /// <summary>A whole number of milliseconds.</summary>
    public static SettingKey Milliseconds(string name, long least, long most = int.MaxValue) =>
        Integer(name, least, most) with { Wants = $"a whole number of milliseconds from {least} to {most}" };

    public static SettingKey Integer(string name, long least, long most = int.MaxValue) => new(
        name,
        most == long.MaxValue ? $"a whole number of at least {least}" : $"a whole number from {least} to {most}",
        value => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most)
    {
        Range = (least, most),
    };

    public static SettingKey Listen(string name) => new(
        name,
        "ADDRESS:PORT such as 127.0.0.1:8100, [::1]:8100, localhost:8100 or :8100",
        value => ListenAddress.TryParse(value, out _));

    public static SettingKey ListenOrNone(string name) => new(
        name,
        "ADDRESS:PORT such as :80, or nothing",
        value => value.Length == 0 || ListenAddress.TryParse(value, out _));

    public static SettingKey Files(string name) => new(name, "a file's path", value => value.Length > 0)
    {
        IsList = true,
    };

    /// <summary>The same, or a Unix socket.</summary>
    public static SettingKey Place(string name) =>
        new(name, Listen(name).Wants + ", or unix:/PATH", ListenAddress.IsPlace);

    /// <summary>The same for a place that may be left closed.</summary>
    public static SettingKey PlaceOrOff(string name) => new(
        name,
        Place(name).Wants + ", or off",
        value => value == ListenAddress.Off || ListenAddress.IsPlace(value));

    public static SettingKey UnixMode(string name) =>
        new(name, UnixPath.WantsMode, value => UnixPath.TryParseMode(value, out _));

    public static SettingKey RoutedServers(string name) => new(
        name,
        "NAME ADMIN-URL FRONT-URL, such as \"a http://10.0.0.1:8000 http://a.example.com:8100\": a server's name, "
            + "where its publishers come, and where its subscribers do",
        value => RouterSection.TryParse(value, out _))
    {
        IsList = true,
    };

    public static SettingKey Addresses(string name) => new(
        name,
        "all, an address such as 127.0.0.1 or fd00::1, the first numbers of one such as 192.168, "
            + "or a network such as 10.0.0.0/8 with nothing set behind its prefix",
        value => AddressRule.TryParse(value, out _))
    {
        IsList = true,
        IsAddresses = true,
    };

    public static SettingKey Origins(string name) => new(
        name,
        "an origin such as https://ops.example.com, a host name such as halley.example.com, or * for all",
        SiteRules.IsEntry)
    {
        IsList = true,
    };

    public static SettingKey Networks(string name) => new(
        name,
        "an address such as 127.0.0.1 or ::1, or a network such as 10.0.0.0/8 or fd00::/8 with nothing set behind "
            + "its prefix",
        value => TrustedProxies.TryParse(value, out _))
    {
        IsList = true,
    };

}
