using Halley.Server.Commands;
using Halley.Server.Configuration;

namespace Halley.Server.Import;

/// <summary>
/// Reads an nginx configuration and the files it includes into directives. It knows the syntax, not what directives
/// mean.
/// </summary>
internal sealed class NginxFile
{
    // Far beyond what people nest; a file that includes itself ends here.
    private const int MaxDepth = 32;

    // Two files that include each other twice would be read without end.
    private const int MaxFiles = 4096;

    // A wrong path may be anything.
    private const int MaxFileBytes = 16 << 20;

    private int _files;

    private NginxFile()
    {
    }

    /// <exception cref="CommandException">A file cannot be read, or is no nginx configuration.</exception>
    public static IReadOnlyList<NginxDirective> Read(string path)
    {
        var full = Path.GetFullPath(path);
        return new NginxFile().Read(full, Path.GetDirectoryName(full)!, depth: 0);
    }

    /// <param name="folder">
    /// What the names of included files start from, as in nginx: where the first file lies.
    /// </param>
    private List<NginxDirective> Read(string path, string folder, int depth)
    {
        if (++_files > MaxFiles)
        {
            throw new CommandException(
                $"{path}: more than {MaxFiles} files are included; do files include each other?");
        }

        if (depth > MaxDepth)
        {
            throw new CommandException(
                $"{path}: includes are nested more than {MaxDepth} deep; does a file include itself?");
        }

        var tokens = new NginxTokens(TextOf(path), depth == 0 ? Path.GetFileName(path) : path);
        return ReadBlock(tokens, folder, depth, isInBraces: false);
    }

    private static string TextOf(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[(file.CanSeek ? Math.Min(file.Length, MaxFileBytes) : MaxFileBytes) + 1];
            var length = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return length <= MaxFileBytes
                ? System.Text.Encoding.UTF8.GetString(
                    bytes.AsSpan(bytes is [0xEF, 0xBB, 0xBF, ..] ? 3..length : 0..length))
                : throw new CommandException(
                    $"{path}: the file is larger than {MaxFileBytes} bytes, so it is no configuration");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{path} cannot be read: {Unreadable.Reason(path, unreadable)}");
        }
    }

    private List<NginxDirective> ReadBlock(NginxTokens tokens, string folder, int depth, bool isInBraces)
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
                tokens.SkipLua();
                directives.Add(new NginxDirective(word, arguments, [], origin));
            }
            else
            {
                directives.Add(
                    new NginxDirective(
                        word,
                        arguments,
                        opensBlock ? ReadBlock(tokens, folder, depth + 1, isInBraces: true) : null,
                        origin));
            }
        }

        return isInBraces
            ? throw new CommandException($"{tokens.Origin}: the file ends within a block; it wants a }}")
            : directives;
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
            return word == "}"
                ? throw new CommandException($"{origin}: \"{name}\" is not ended; it wants a ;")
                : arguments;
        }

        throw new CommandException($"{origin}: \"{name}\" is not ended; it wants a ;");
    }

    // A pattern may match nothing; a name must be there.
    private static IEnumerable<string> FilesOf(string pattern, string folder, string origin)
    {
        var path = Path.GetFullPath(pattern, folder);
        if (!NginxGlob.IsPattern(pattern))
        {
            return File.Exists(path)
                ? [path]
                : throw new CommandException($"{origin}: {path}, which it includes, is not there");
        }

        return NginxGlob.FilesOf(path);
    }
}
