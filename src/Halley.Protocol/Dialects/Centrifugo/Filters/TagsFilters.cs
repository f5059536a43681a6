using Halley.Protocol.Dialects.Centrifugo.Wire;

namespace Halley.Protocol.Dialects.Centrifugo.Filters;

/// <summary>The filters in use: who wants the same as somebody else has the same filter. Any thread.</summary>
internal sealed class TagsFilters
{
    // Below that, filters that nobody has any more are not looked for.
    private const int Few = 64;

    private readonly Dictionary<string, WeakReference<TagsFilter>> _filters = new(StringComparer.Ordinal);
    private int _mendAt = Few;

    public TagsFilter Get(FilterNode condition)
    {
        var text = new ByteBuffer();
        ProtobufCodec.Instance.Write(condition, text);
        var key = System.Text.Encoding.Latin1.GetString(text.Written);
        lock (_filters)
        {
            if (_filters.TryGetValue(key, out var reference) && reference.TryGetTarget(out var known))
            {
                return known;
            }

            if (_filters.Count >= _mendAt)
            {
                foreach (var (unused, _) in _filters.Where(pair => !pair.Value.TryGetTarget(out _)).ToList())
                {
                    _filters.Remove(unused);
                }

                _mendAt = Math.Max(Few, 2 * _filters.Count);
            }

            var filter = new TagsFilter(condition);
            _filters[key] = new WeakReference<TagsFilter>(filter);
            return filter;
        }
    }
}
