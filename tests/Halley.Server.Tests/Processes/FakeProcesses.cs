using Halley.Server.Processes;

namespace Halley.Server.Tests.Processes;

/// <summary>A machine's processes as a test wants them.</summary>
internal sealed class FakeProcesses : IProcesses
{
    private readonly Dictionary<int, string> _programs = [];

    public int Own { get; init; } = 500;

    /// <summary>Who was asked to end, in order.</summary>
    public List<int> Terminated { get; } = [];

    /// <summary>What a process does when it is asked to end. Default: it ends.</summary>
    public Action<int> OnTerminate { get; set; }

    /// <summary>Whether this user may signal others.</summary>
    public bool MaySignal { get; set; } = true;

    public FakeProcesses(params (int Pid, string Program)[] alive)
    {
        OnTerminate = End;
        foreach (var (pid, program) in alive)
        {
            _programs[pid] = program;
        }
    }

    public void End(int pid) => _programs.Remove(pid);

    public bool IsAlive(int pid) => _programs.ContainsKey(pid);

    public string? ProgramOf(int pid) => _programs.GetValueOrDefault(pid);

    public IReadOnlyList<string> ArgumentsOf(int pid) => [];

    public bool HasVariable(int pid, string name) => false;

    /// <summary>Who was asked to read its configuration again.</summary>
    public List<int> Reloaded { get; } = [];

    public bool Reload(int pid)
    {
        if (MaySignal)
        {
            Reloaded.Add(pid);
        }

        return MaySignal;
    }

    public bool Terminate(int pid)
    {
        if (MaySignal)
        {
            Terminated.Add(pid);
            OnTerminate(pid);
        }

        return MaySignal;
    }
}
