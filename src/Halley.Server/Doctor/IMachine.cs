namespace Halley.Server.Doctor;

/// <summary>The machine that connections are to be held on, as far as its limits can be read.</summary>
internal interface IMachine
{
    /// <summary>The number of processors that this process may use: a reactor runs on each.</summary>
    int Processors { get; }

    /// <summary>The size of a page of memory, in bytes.</summary>
    int PageBytes { get; }

    /// <summary>A file of /proc or /sys; null when it is not there or may not be read.</summary>
    string? Read(string path);
}
