using System.Globalization;
using Halley.Heap;
using Halley.Load;
using Microsoft.Diagnostics.NETCore.Client;

// halley-heap PID: what halley bench --heap asks about a .NET server's heap. A line in, a line out:
//   census       collects the heap; how many objects live, and their bytes
//   allocated    bytes allocated since this was last asked
if (args is not [var word] || !int.TryParse(word, CultureInfo.InvariantCulture, out var pid))
{
    Console.Error.WriteLine("usage: halley-heap PID, with the words census and allocated on its standard input");
    return 1;
}

AllocationCounter? counter = null;
try
{
    while (Console.ReadLine() is { } question)
    {
        if (question == "census")
        {
            var census = HeapCensus.Take(pid);
            Console.WriteLine($"{census.Objects} {census.Bytes}");
        }
        else
        {
            Console.WriteLine((counter ??= new AllocationCounter(pid)).TakeBytes());
        }
    }

    return 0;
}
catch (Exception error) when (error is HeapException or LoadException or DiagnosticsClientException)
{
    Console.Error.WriteLine(error.Message);
    return 1;
}
finally
{
    counter?.Dispose();
}
