namespace Halley.Protocol.Dialects.Centrifugo.Wire;

/// <summary>A condition on the tags of messages, or several, joined.</summary>
internal sealed class FilterNode : IWireObject<FilterNode>
{
    public static FieldNames Names { get; } = new(
        (1, "op"), (2, "key"), (3, "cmp"), (4, "val"), (5, "vals"), (6, "nodes"));

    /// <summary>Empty for a comparison; and, or, not.</summary>
    public string Op { get; set; } = "";

    /// <summary>The tag that is compared.</summary>
    public string Key { get; set; } = "";

    /// <summary>eq, neq, in, nin, ex, nex, sw, ew, ct, lt, lte, gt, gte.</summary>
    public string Comparison { get; set; } = "";

    public string Value { get; set; } = "";

    public List<string>? Values { get; set; }

    /// <summary>The conditions that are joined.</summary>
    public List<FilterNode>? Nodes { get; set; }

    /// <inheritdoc/>
    public void Write<TWriter>(ref TWriter writer)
        where TWriter : IFieldWriter, allows ref struct
    {
        writer.Text(1, Op);
        writer.Text(2, Key);
        writer.Text(3, Comparison);
        writer.Text(4, Value);
        writer.List(5, Values);
        writer.List(6, Nodes);
    }

    /// <inheritdoc/>
    public void Read<TReader>(ref TReader reader, int field)
        where TReader : IFieldReader, allows ref struct
    {
        switch (field)
        {
            case 1:
                Op = reader.Text();
                break;
            case 2:
                Key = reader.Text();
                break;
            case 3:
                Comparison = reader.Text();
                break;
            case 4:
                Value = reader.Text();
                break;
            case 5:
                Values = reader.List(Values);
                break;
            default:
                Nodes = reader.List(Nodes);
                break;
        }
    }
}
