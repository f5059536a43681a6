namespace Halley.Server.Import;

/// <summary>What kind of value a directive has, and so how it is written into halley.json.</summary>
internal enum ValueKind
{
    Text,

    /// <summary>A text with variables.</summary>
    Expression,

    /// <summary>Several of them.</summary>
    Expressions,
    Switch,
    Number,
    NumberOrZero,

    /// <summary>A time that an endpoint takes with its unit.</summary>
    Time,
    TimeOrZero,

    /// <summary>A time that the server takes in whole seconds.</summary>
    Seconds,

    /// <summary>A size that the server takes in bytes; a name may stand behind it.</summary>
    Bytes,

    /// <summary>A file, relative to the configuration.</summary>
    File,

    /// <summary>Origins of browsers, parted by blanks.</summary>
    Origins,

    /// <summary>A location of nginx that passes requests on to a backend.</summary>
    Backend,
}
