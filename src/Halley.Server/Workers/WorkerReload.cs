using System.Text;
using Halley.Server.Configuration;

namespace Halley.Server.Workers;

/// <summary>
/// A worker's part of a reload, as answers to two questions of the main process: whether it can take options over, and
/// to do so. The first changes nothing, so that all workers take them over or none. On the link's dispatcher.
/// </summary>
/// <param name="compose">Puts together what they say.</param>
/// <param name="takeOver">Has it hold from now on.</param>
internal sealed class WorkerReload(Func<WorkerOptions, Served> compose, Action<Served> takeOver)
{
    public const string Prepare = "reload.prepare";
    public const string Commit = "reload.commit";

    private byte[] _preparedFor = [];
    private Served? _prepared;

    /// <summary>Answers the questions from now on.</summary>
    public void AnswerFor(Hub hub)
    {
        hub.Answers(Prepare, PrepareFor);
        hub.Answers(Commit, TakeOver);
    }

    // Empty where it can.
    private byte[] PrepareFor(byte[] options)
    {
        try
        {
            (_prepared, _preparedFor) = (compose(WorkerOptions.Read(options)), options);
            return [];
        }
        catch (ConfigurationException refused)
        {
            return Encoding.UTF8.GetBytes(refused.Message);
        }
    }

    // One that was started meanwhile was not asked whether it can.
    private byte[] TakeOver(byte[] options)
    {
        var answer = _preparedFor.AsSpan().SequenceEqual(options) ? [] : PrepareFor(options);
        if (answer.Length == 0)
        {
            takeOver(_prepared!);
        }

        (_prepared, _preparedFor) = (null, []);
        return answer;
    }
}
