using Halley.Access;

namespace Halley.Protocol.Dialects.Centrifugo;

/// <summary>The part that is kept of the request that a session came with.</summary>
/// <param name="Share">Whose share of channels it takes.</param>
/// <param name="Fields">The fields that the operator's server is to see.</param>
internal readonly record struct Arrival(ClientBlock Share, IReadOnlyList<(string Name, string Value)> Fields);
