using AppStatus.Lab.Application;
using AppStatus.Lab.BigIp;
using AppStatus.Lab.CommandLine;
using AppStatus.Lab.Demo;
using AppStatus.Lab.Elb;
using AppStatus.Lab.Load;
using AppStatus.Lab.RoutingTable;

using var stopping = new StopSignals();
return await new VerbDispatcher(new AppVerb(), new BigIpVerb(), new ElbVerb(), new LoadVerb(), new DemoVerb(), new RoutingTableProxyVerb())
    .RunAsync(args, Console.Out, Console.Error, stopping.Token);
