namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>
/// Writes fields of an object. What has its default value, or is empty, is left out, but where it is always written.
/// </summary>
internal interface IFieldWriter
{
    /// <param name="always">Whether it stands in JSON also where it is 0.</param>
    void Number(int field, long value, bool always = false);

    void Flag(int field, bool value);

    /// <param name="always">Whether it stands in JSON also where it is empty.</param>
    void Text(int field, string? value, bool always = false);

    /// <summary>Text as UTF-8; other bytes are mended.</summary>
    void Text(int field, byte[]? value);

    void Data(int field, Payload value);

    void Object<T>(int field, T? value)
        where T : class, IWireObject<T>, new();

    /// <param name="always">Whether it stands in JSON also where it is empty.</param>
    void List<T>(int field, IReadOnlyList<T>? values, bool always = false)
        where T : class, IWireObject<T>, new();

    void List(int field, IReadOnlyList<string>? values);

    /// <param name="always">Whether it stands in JSON also where it is empty.</param>
    void Map<T>(int field, IReadOnlyList<KeyValuePair<byte[], T>>? values, bool always = false)
        where T : class, IWireObject<T>, new();

    void Map(int field, IReadOnlyList<KeyValuePair<string, string>>? values);
}
