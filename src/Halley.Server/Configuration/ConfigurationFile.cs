namespace Halley.Server.Configuration;

/// <summary>The halley.json that was read, for who has to read its lists once more: a worker process.</summary>
/// <param name="Utf8">Its content, whole.</param>
/// <param name="Name">As messages name it.</param>
/// <param name="Directory">What its paths are relative to.</param>
internal sealed record ConfigurationFile(byte[] Utf8, string Name, string Directory);
