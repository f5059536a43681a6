using Halley.Specifications;

namespace Halley.Sqlite.Tests;

/// <summary>The broker over a file keeps what every broker promises, on the disk.</summary>
public sealed class DiskBrokerSpecification : BrokerSpecification
{
    protected override SharedChannels Channels { get; } = new StoredNode(Durability.Disk);
}

/// <summary>The same where clients are told first.</summary>
public sealed class MemoryFirstBrokerSpecification : BrokerSpecification
{
    protected override SharedChannels Channels { get; } = new StoredNode(Durability.Memory);
}
