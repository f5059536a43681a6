namespace Halley.Proxies.Tests;

/// <summary>A way from a client to Halley: through which proxy's configuration, and how it is spoken to.</summary>
public enum Way
{
    /// <summary>The location block of iComet's users.</summary>
    NginxClassic,

    NginxTls,

    NginxHttp2,

    Haproxy,

    HaproxyTls,

    HaproxyHttp2,
}

public static class Ways
{
    public static bool IsTls(this Way way) => way is not (Way.NginxClassic or Way.Haproxy);

    public static bool IsHttp2(this Way way) => way is Way.NginxHttp2 or Way.HaproxyHttp2;

    public static bool IsHaproxy(this Way way) => way >= Way.Haproxy;

    /// <summary>nginx does not know WebSockets over HTTP/2; browsers then open one over HTTP/1.1.</summary>
    public static bool HasHttp2WebSockets(this Way way) => way == Way.HaproxyHttp2;
}
