using BenchmarkDotNet.Running;
using Halley.Benchmarks;

if (args is ["heap", .. var arguments])
{
    ParkedHeap.Measure(arguments);
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
