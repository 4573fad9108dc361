using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Linq;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace AppStatusRange;

/// <summary>A console that remembers what was shown on it.</summary>
public sealed class Screen : PSHost
{
    private readonly ScreenText _text = new();

    public string[] Lines => _text.Lines.ToArray();

    public void Clear() => _text.Lines.Clear();

    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "Range";

    public override PSHostUserInterface UI => _text;

    public override Version Version => new(1, 0);

    public override void EnterNestedPrompt() => throw new NotSupportedException();

    public override void ExitNestedPrompt() => throw new NotSupportedException();

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void SetShouldExit(int exitCode)
    {
    }

    private sealed class ScreenText : PSHostUserInterface
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public override PSHostRawUserInterface RawUI => null;

        public override void Write(string value) => Lines.Enqueue(value);

        public override void Write(ConsoleColor foreground, ConsoleColor background, string value) => Lines.Enqueue(value);

        public override void WriteLine(string value) => Lines.Enqueue(value);

        public override void WriteErrorLine(string value) => Lines.Enqueue("ERROR: " + value);

        public override void WriteWarningLine(string message) => Lines.Enqueue("WARNING: " + message);

        public override void WriteVerboseLine(string message) => Lines.Enqueue("VERBOSE: " + message);

        public override void WriteDebugLine(string message) => Lines.Enqueue("DEBUG: " + message);

        public override void WriteProgress(long sourceId, ProgressRecord record)
        {
        }

        public override string ReadLine() => throw new NotSupportedException();

        public override SecureString ReadLineAsSecureString() => throw new NotSupportedException();

        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) => throw new NotSupportedException();

        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) => throw new NotSupportedException();

        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw new NotSupportedException();

        public override PSCredential PromptForCredential(
            string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) => throw new NotSupportedException();
    }
}
