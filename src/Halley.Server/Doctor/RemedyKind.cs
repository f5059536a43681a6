namespace Halley.Server.Doctor;

/// <summary>Where a remedy is written down so that it lasts.</summary>
internal enum RemedyKind
{
    /// <summary>/etc/sysctl.d.</summary>
    Sysctl,

    /// <summary>/etc/security/limits.d, and LimitNOFILE of the service.</summary>
    Descriptors,

    /// <summary>A property of the service.</summary>
    Service,

    /// <summary>Nothing to write: the machine itself is too small.</summary>
    ByHand,
}
