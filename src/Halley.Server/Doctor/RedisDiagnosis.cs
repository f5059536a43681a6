namespace Halley.Server.Doctor;

/// <summary>Whether servers can share their channels through a Redis, and what is wrong with it.</summary>
internal sealed class RedisDiagnosis(IRedisServer redis)
{
    public string Place { get; } = redis.Place;

    public IReadOnlyList<Finding> Findings { get; } = [.. RedisNeeds.Examine(redis)];

    public bool IsFit => Findings.All(finding => finding.Verdict != Verdict.Stops);

    /// <summary>The loss that its restart brings, as a sentence.</summary>
    public string Loss { get; } = RedisPersistence.Loss(redis);

    public IEnumerable<Finding> Missing => Findings.Where(finding => finding.Verdict == Verdict.Unknown);
}
