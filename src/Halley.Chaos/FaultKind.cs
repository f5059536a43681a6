namespace Halley.Chaos;

/// <summary>A fault of a server, of what it depends on, or of its connections.</summary>
public enum FaultKind
{
    /// <summary>The process is killed, and started again.</summary>
    Kill,

    /// <summary>One of its worker processes is killed.</summary>
    KillWorker,

    /// <summary>The process stands still for a while.</summary>
    Stop,

    /// <summary>The process is asked to end, does so in its own time, and is started again.</summary>
    Drain,

    /// <summary>The process is asked to read its configuration again.</summary>
    Reload,

    /// <summary>Files cannot grow for a while.</summary>
    DiskFull,

    /// <summary>Redis is killed, and started again with what lies on its disk.</summary>
    RedisKill,

    /// <summary>Redis stands still for a while.</summary>
    RedisStop,

    /// <summary>Redis closes connections.</summary>
    RedisCut,

    /// <summary>Subscribers do not read for a while.</summary>
    SlowReaders,

    /// <summary>Subscribers are gone, and the server does not learn it.</summary>
    HalfOpen,

    /// <summary>Connections are reset.</summary>
    Reset,

    /// <summary>Connections end in the middle of what is sent.</summary>
    Cut,

    /// <summary>Sends what is sent a few bytes at a time.</summary>
    Split,

    /// <summary>Everything takes longer.</summary>
    Delay,

    /// <summary>Nothing comes for a while, and then all of it.</summary>
    Buffer,
}

/// <summary>Faults as words: <c>slow-readers</c>.</summary>
public static class FaultKinds
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<FaultKind> All { get; } = Enum.GetValues<FaultKind>();

    /// <summary>The faults that need nothing but connections.</summary>
    public static IReadOnlyList<FaultKind> OfWire { get; } =
    [
        FaultKind.SlowReaders, FaultKind.HalfOpen, FaultKind.Reset, FaultKind.Cut, FaultKind.Split, FaultKind.Delay,
        FaultKind.Buffer,
    ];

    public static string Word(FaultKind kind) => string.Concat(kind.ToString().Select(
        static (letter, i) => char.IsUpper(letter) && i > 0 ? $"-{char.ToLowerInvariant(letter)}"
            : char.ToLowerInvariant(letter).ToString()));

    /// <exception cref="ChaosException">There is none of that name.</exception>
    public static FaultKind Parse(string word)
    {
        foreach (var kind in All)
        {
            if (Word(kind) == word)
            {
                return kind;
            }
        }

        throw new ChaosException($"\"{word}\" is no fault; there are {string.Join(", ", All.Select(Word))}");
    }
}
