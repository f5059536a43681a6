namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>
/// An object of the protocol. Its fields have numbers, which are Protobuf's, and names, which are JSON's; it says once
/// what they are, and every form is read and written by that.
/// </summary>
internal interface IWireObject<TSelf>
    where TSelf : class, IWireObject<TSelf>, new()
{
    static abstract FieldNames Names { get; }

    /// <summary>Writes the fields, in the order of their numbers.</summary>
    void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct;

    /// <summary>Takes the value of a field that has a name.</summary>
    void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct;
}
