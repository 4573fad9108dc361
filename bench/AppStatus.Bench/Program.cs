using AppStatus.Bench;

switch (args.FirstOrDefault())
{
    case "engine":
        EngineBench.Run();
        return 0;
    default:
        Console.Error.WriteLine("Usage: dotnet run -c Release --project bench/AppStatus.Bench -- engine");
        return 2;
}
