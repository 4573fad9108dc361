using System.Text.Json.Serialization;
using AppStatus.Core.Deployments.Execution;
using AppStatus.Core.Deployments.Planning;

namespace AppStatus.Core.Deployments.Journal;

/// <summary>The store's JSON: generated, so that nothing is reflected over at run time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JournalRecord))]
[JsonSerializable(typeof(DeploymentPlan))]
[JsonSerializable(typeof(ControlSignal))]
internal sealed partial class JournalJson : JsonSerializerContext;
