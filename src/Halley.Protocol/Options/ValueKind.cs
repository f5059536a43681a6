namespace Halley.Protocol.Options;

/// <summary>The kind of an option's value: how it is read in halley.json, and how the importer reads nginx's.</summary>
public enum ValueKind
{
    Text,

    /// <summary>Text that must not go over the end of its line.</summary>
    Line,

    /// <summary>One of a few words.</summary>
    Word,

    /// <summary>Text with variables of the request; see <see cref="Routing.Expression"/>.</summary>
    Expression,

    /// <summary>True or false; nginx's on or off.</summary>
    Switch,

    /// <summary>A whole number of at least 1.</summary>
    Number,
    NumberOrZero,

    /// <summary>A time of more than 0, with its unit.</summary>
    Time,
    TimeOrZero,

    /// <summary>A time of whole seconds, as a number.</summary>
    Seconds,

    /// <summary>A size with its unit.</summary>
    Size,

    /// <summary>A size of at least 1, as a number of bytes; it may be larger than 2 GiB.</summary>
    Bytes,

    /// <summary>The path of a file, relative to the configuration.</summary>
    File,

    /// <summary>An origin of browsers, or <c>*</c>.</summary>
    Origin,

    /// <summary>The URL of the operator's own server; see <see cref="Backends.BackendAddress"/>.</summary>
    Backend,

    /// <summary>The name of a WebSocket's sub-protocol.</summary>
    Subprotocol,
}
