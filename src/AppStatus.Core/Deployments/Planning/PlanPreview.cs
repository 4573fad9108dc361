using System.Globalization;
using System.Text;

namespace AppStatus.Core.Deployments.Planning;

/// <summary>The plan as text that an operator reads before it runs.</summary>
internal static class PlanPreview
{
    public static string Of(DeploymentPlan plan)
    {
        var text = new StringBuilder();
        DeploymentOptions options = plan.Options;
        int instances = plan.Lanes.SelectMany(lane => lane.StatusUris).Where(uri => uri != BlueGreenPlanner.Nowhere).Distinct().Count();
        string release = options.Release.Length == 0 ? "" : $" of release {options.Release}";
        Line(text, $"{plan.Strategy} deployment{release} to {Count(instances, "instance")}, in {Count(plan.Waves.Count, "wave")}.");

        foreach (PlannedPool pool in plan.Pools)
            Line(text, plan.Undoes.Length > 0
                ? $"Pool {pool.Pool}: {pool.EnabledAtStart} were enabled before; never below {pool.MinimumHealthy} ({options.MinimumHealthy})."
                : $"Pool {pool.Pool}: {pool.ServingAtStart} serving of {pool.EnabledAtStart} enabled; never below {pool.MinimumHealthy} ({options.MinimumHealthy}); {pool.LowestPlanned} at the lowest.");

        int[][] courses = [.. plan.Pools.Select(pool => CapacityRule.Course(pool.Key, pool.ServingAtStart, plan.Waves).ToArray())];
        foreach (Wave wave in plan.Waves)
        {
            string bake = wave.Bake > TimeSpan.Zero ? $", then health is watched for {Seconds(wave.Bake)}" : "";
            string judged = wave.IsJudged ? " and judged" : "";
            string approval = wave.Holds ? ", then the run holds" : wave.NeedsApproval ? ", then an approval is waited for" : "";
            string capacity = string.Join(", ", plan.Pools.Zip(courses, (pool, course) => $"{pool.Pool} {course[wave.Number - 1]} serving"));
            Line(text, $"Wave {wave.Number}: {Count(wave.Lanes.Count, "lane")}, at most {wave.Window} side by side{(capacity.Length > 0 && plan.Undoes.Length == 0 ? $" ({capacity} at the lowest)" : "")}{bake}{judged}{approval}");
            foreach (Lane lane in wave.Lanes) Line(text, $"  {lane.Instance.Name,-24} {Note(plan, lane)}");
        }

        string[] kinds = [.. plan.Lanes.Select(lane => string.Join(" > ", lane.Steps)).Distinct(StringComparer.Ordinal)];
        foreach (string steps in kinds) Line(text, $"{(kinds.Length == 1 ? "Each lane" : "Steps of a lane")}: {steps}");
        string failures = options.MaxFailures == int.MaxValue ? "a lane that fails stays out, and the others go on" : $"{Count(options.MaxFailures, "failure")} tolerated";
        Line(text, $"Limits: {failures}; drain up to {Seconds(options.DrainTimeout)}, then {options.OnDrainTimeout}; deploy up to {Seconds(options.DeployTimeout)}; healthy for {Seconds(options.Stable)} within {Seconds(options.HealthyDeadline)}.");
        if (options.DeployImage.Length > 0 && plan.Undoes.Length == 0) Line(text, $"By image: {new Containers.ImageReference(options.DeployImage, options.Release)}, in place of what each instance runs.");
        if (options.ConfigSync) Line(text, "Each drain is synchronised to the balancer's other units before the deploy, and the whole at the end.");
        if (options.SaveConfig) Line(text, "The balancer's configuration is saved at the end.");
        Line(text, PlanEstimate.Of(plan).ToText(andBack: plan.Undoes.Length == 0));
        foreach (string warning in plan.Warnings) Line(text, $"Warning: {warning}");
        return text.ToString().TrimEnd();
    }

    private static string Note(DeploymentPlan plan, Lane lane)
    {
        if (lane.Shift is { } shift) return Weights(lane, shift);
        if (lane.Switch is { } change) return $"{change.From} > {change.To}, if {change.MinimumServing} serve there";
        // What is undone was read when it began: what runs now is what it brought.
        string version = plan.Undoes.Length > 0 ? (lane.Steps.Contains(StepKind.Deploy) ? $"back to {lane.Release}" : "back to its place")
            : lane.Instance.Version.Length == 0 ? "version unknown" : $"runs {lane.Instance.Version}";
        string pools = string.Join(", ", lane.Memberships.Select(member => $"{member.Pool} {StateNow(lane, member)}"));
        string role = lane.IsBaseline ? $"deployed anew with {lane.Release}, to compare with" : lane.Replaces is { } old ? $"in place of {old.Instance.Name}" : "";
        return string.Join("; ", new[] { version, pools, role, lane.HealthyAtStart ? "" : "fails its check" }.Where(part => part.Length > 0));
    }

    private static string StateNow(Lane lane, Balancers.PoolMember member) =>
        lane.Left is { } left && left.TryGetValue(Execution.LaneRun.MemberKey(member), out Balancers.TrafficState? state) ? state?.ToString() ?? "unknown" : member.State.ToString();

    private static string Weights(Lane lane, TrafficShift shift)
    {
        if (shift.Restores) return "every weight as it was";
        string weights = string.Join(", ", lane.Memberships.Where(member => shift.Weights.ContainsKey(Execution.LaneRun.MemberKey(member)))
            .Select(member => string.Format(CultureInfo.InvariantCulture, "{0} {1}{2}", shift.ByPool ? member.Pool : member.Name, shift.Weights[Execution.LaneRun.MemberKey(member)], shift.IsCanary(member) ? " (canary)" : "")));
        int canaries = shift.ByPool ? 1 : shift.Canaries.Count;
        int others = lane.Memberships.Count(member => !shift.IsCanary(member) && member.Serving);
        string load = shift.ByPool || others == 0 ? "" : string.Format(CultureInfo.InvariantCulture, ", {0:0.##} times that of a stable one", shift.Reached / canaries / ((100 - shift.Reached) / others));
        string each = canaries > 1 ? string.Format(CultureInfo.InvariantCulture, ", {0:0.#} % each", shift.Reached / canaries) : "";
        return string.Format(CultureInfo.InvariantCulture, "{0:0.#} % of the traffic{1}{2}; weights {3}", shift.Reached, each, load, weights);
    }

    private static string Count(int number, string noun) => $"{number.ToString(CultureInfo.InvariantCulture)} {noun}{(number == 1 ? "" : "s")}";

    private static string Seconds(TimeSpan time) => $"{time.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture)} s";

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
