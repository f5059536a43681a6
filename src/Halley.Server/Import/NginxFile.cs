using Halley.Server.Commands;

namespace Halley.Server.Import;

/// <summary>Reads an nginx configuration and the files it includes into directives. It knows the syntax, not what directives mean.</summary>
internal static class NginxFile
{
    // Far beyond what people nest; a file that includes itself ends here.
    private const int MaxDepth = 32;

    /// <exception cref="CommandException">A file cannot be read, or is no nginx configuration.</exception>
    public static IReadOnlyList<NginxDirective> Read(string path)
    {
        var full = Path.GetFullPath(path);
        return Read(full, Path.GetDirectoryName(full)!, depth: 0);
    }

    /// <param name="folder">What the names of included files start from, as in nginx: where the first file lies.</param>
    private static List<NginxDirective> Read(string path, string folder, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new CommandException($"{path}: includes are nested more than {MaxDepth} deep; does a file include itself?");
        }

        var tokens = new NginxTokens(TextOf(path), depth == 0 ? Path.GetFileName(path) : path);
        return ReadBlock(tokens, folder, depth, isInBraces: false);
    }

    private static string TextOf(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path} cannot be read: {unreadable.Message}");
        }
    }

    private static List<NginxDirective> ReadBlock(NginxTokens tokens, string folder, int depth, bool isInBraces)
    {
        if (depth > MaxDepth)
        {
            throw new CommandException($"{tokens.Origin}: blocks are nested more than {MaxDepth} deep");
        }

        var directives = new List<NginxDirective>();
        while (tokens.Next(out var isSign) is { } word)
        {
            if (isSign && word == "}" && isInBraces)
            {
                return directives;
            }

            if (isSign)
            {
                throw new CommandException($"{tokens.Origin}: a \"{word}\" stands where a directive should begin");
            }

            var origin = tokens.Origin;
            var arguments = ReadArguments(tokens, word, origin, out var opensBlock);
            if (word == "include" && arguments is [var pattern] && !opensBlock)
            {
                directives.AddRange(FilesOf(pattern, folder, origin).SelectMany(file => Read(file, folder, depth + 1)));
            }
            else if (opensBlock && word.EndsWith("_by_lua_block", StringComparison.Ordinal))
            {
                tokens.SkipBlock();
                directives.Add(new NginxDirective(word, arguments, [], origin));
            }
            else
            {
                directives.Add(new NginxDirective(word, arguments, opensBlock ? ReadBlock(tokens, folder, depth + 1, isInBraces: true) : null, origin));
            }
        }

        return isInBraces ? throw new CommandException($"{tokens.Origin}: the file ends within a block; it wants a }}") : directives;
    }

    private static List<string> ReadArguments(NginxTokens tokens, string name, string origin, out bool opensBlock)
    {
        var arguments = new List<string>();
        while (tokens.Next(out var isSign) is { } word)
        {
            if (!isSign)
            {
                arguments.Add(word);
                continue;
            }

            opensBlock = word == "{";
            return word == "}" ? throw new CommandException($"{origin}: \"{name}\" is not ended; it wants a ;") : arguments;
        }

        throw new CommandException($"{origin}: \"{name}\" is not ended; it wants a ;");
    }

    // A pattern may match nothing; a name must be there.
    private static IEnumerable<string> FilesOf(string pattern, string folder, string origin)
    {
        var path = Path.GetFullPath(pattern, folder);
        if (pattern.IndexOfAny(['*', '?', '[']) < 0)
        {
            return File.Exists(path) ? [path] : throw new CommandException($"{origin}: {path}, which it includes, is not there");
        }

        var within = Path.GetDirectoryName(path)!;
        return Directory.Exists(within) ? Directory.EnumerateFiles(within, Path.GetFileName(path)).Order(StringComparer.Ordinal) : [];
    }
}
