namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>
/// Reads the value of one field. Where it is of another kind the object is faulty, and everything read from there on is
/// empty.
/// </summary>
internal interface IFieldReader
{
    /// <summary>A number of 32 bits without a sign.</summary>
    uint Number();

    /// <summary>A number of 64 bits without a sign; what is more than <see cref="long.MaxValue"/> is that.</summary>
    long Offset();

    /// <summary>A number of 64 bits with a sign.</summary>
    long Signed();

    bool Flag();

    string Text();

    /// <summary>Text as UTF-8.</summary>
    byte[] TextBytes();

    /// <summary>Reads data of applications: in JSON the value as it stands there.</summary>
    Payload Data();

    /// <returns>Null where it says null.</returns>
    T? Object<T>()
        where T : class, IWireObject<T>, new();

    /// <param name="values">What was read of the field before.</param>
    List<T>? List<T>(List<T>? values)
        where T : class, IWireObject<T>, new();

    /// <param name="values">What was read of the field before.</param>
    List<string>? List(List<string>? values);

    /// <param name="values">What was read of the field before.</param>
    List<KeyValuePair<byte[], T>>? Map<T>(List<KeyValuePair<byte[], T>>? values)
        where T : class, IWireObject<T>, new();

    /// <param name="values">What was read of the field before.</param>
    List<KeyValuePair<string, string>>? Map(List<KeyValuePair<string, string>>? values);
}
