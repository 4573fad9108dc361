using System.Text;
using AppStatus.Help;
using AppStatus.Help.Module;
using AppStatus.Help.Output;
using AppStatus.Help.Pages;

// AppStatus.Help <AppStatus.dll> <AppStatus.psd1> <docs/en-US> <out/AppStatus>
//
// Names, types, defaults and positions come from the cmdlets themselves, synopses and parameters from their comments, the rest
// (descriptions, examples, what to do about an error) from the pages. What is missing for an exported cmdlet fails the build.
if (args is not [var assembly, var manifest, var pages, var module])
{
    Console.Error.WriteLine("AppStatus.Help <AppStatus.dll> <AppStatus.psd1> <docs/en-US> <out/AppStatus>");
    return 2;
}

var complaints = new Complaints(Console.Out);
HashSet<string> exported = Manifest.ExportedCmdlets(manifest);
ModuleAssembly loaded = ModuleAssembly.Load(assembly);
PageFolder folder = PageFolder.Read(pages, complaints);
var help = new CmdletHelpBuilder(folder, loaded.Errors, complaints);
CmdletHelp[] cmdlets = [.. loaded.Cmdlets.Where(cmdlet => exported.Contains(cmdlet.Name)).Select(help.Build)];
complaints.NotExported(loaded.Cmdlets.Select(cmdlet => cmdlet.Name).Where(name => !exported.Contains(name)), manifest);
folder.ComplainOfStrays(loaded.Cmdlets, complaints);

string culture = Directory.CreateDirectory(Path.Combine(module, "en-US")).FullName;
MamlFile.Write(Path.Combine(culture, "AppStatus.dll-Help.xml"), cmdlets);
foreach (Page topic in folder.Topics) // with a mark: Windows PowerShell takes a text without one for ANSI
    File.WriteAllText(Path.Combine(culture, topic.Name + ".help.txt"), new AboutTopic(topic, loaded.Errors, complaints).ToString(), Encoding.UTF8);
return complaints.Failed ? 1 : 0;
