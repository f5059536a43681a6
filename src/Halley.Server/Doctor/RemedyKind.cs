namespace Halley.Server.Doctor;

/// <summary>The place where a remedy is written down so that it lasts.</summary>
internal enum RemedyKind
{
    /// <summary>/etc/sysctl.d.</summary>
    Sysctl,

    /// <summary>/etc/security/limits.d, and LimitNOFILE of the service.</summary>
    Descriptors,

    /// <summary>A property of the service.</summary>
    Service,

    /// <summary>redis.conf, on whatever machine it is.</summary>
    RedisConf,

    /// <summary>Nothing to write: the machine itself is too small, or it is not for us to set.</summary>
    ByHand,
}
