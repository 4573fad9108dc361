using AppStatus.Bench;

switch (args.FirstOrDefault())
{
    case "engine":
        EngineBench.Run();
        return 0;
    case "journal":
        await JournalBench.RunAsync();
        return 0;
    case "status":
        return await StatusBench.RunAsync();
    case "f5":
        return await F5Bench.RunAsync();
    case "import":
        return await ImportBench.RunAsync(args.ElementAtOrDefault(1) ?? "out/AppStatus/AppStatus.psd1");
    case "analysis":
        AnalysisBench.Run();
        return 0;
    case null:
        EngineBench.Run();
        await JournalBench.RunAsync();
        return await StatusBench.RunAsync() | await F5Bench.RunAsync() | await ImportBench.RunAsync("out/AppStatus/AppStatus.psd1");
    default:
        Console.Error.WriteLine("Usage: dotnet run -c Release --project bench/AppStatus.Bench -- [engine | journal | status | f5 | import | analysis]   (from the repository's folder, the module built)");
        return 2;
}
