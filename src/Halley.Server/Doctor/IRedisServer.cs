namespace Halley.Server.Doctor;

/// <summary>A Redis that channels are to lie in, as far as it says how it is set.</summary>
internal interface IRedisServer
{
    /// <summary>Its address.</summary>
    string Place { get; }

    /// <summary>From a question to its answer: the median of several.</summary>
    TimeSpan RoundTrip { get; }

    /// <summary>A field of INFO; null when it is not there or INFO is refused.</summary>
    string? Info(string field);

    /// <summary>A setting by its name in redis.conf; null when it is not there or CONFIG is refused.</summary>
    string? Setting(string name);
}
