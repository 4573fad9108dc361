namespace AppStatus.Core.Deployments.Planning;

/// <summary>Lanes as waves: what a batch size, a ramp, a bake and approvals make of them.</summary>
internal static class WaveSchedule
{
    /// <param name="lanes">In the order in which they start.</param>
    /// <exception cref="FormatException">The batch size is none.</exception>
    public static IReadOnlyList<Wave> Of(DeploymentOptions options, IReadOnlyList<Lane> lanes)
    {
        BatchSchedule batches = BatchSchedule.Parse(options.BatchSize);
        // A single size without gates is one wave with a sliding window; a ramp, or any gate, needs barriers.
        bool gated = options.Bake > TimeSpan.Zero || options.FirstBake > TimeSpan.Zero || options.ApproveAfter.Count > 0;
        if (!batches.IsRamp && !gated) return [new Wave { Number = 1, Window = batches.SizeAt(0, lanes.Count), Lanes = lanes }];

        var waves = new List<Wave>();
        int taken = 0;
        foreach (int size in batches.Sizes(lanes.Count))
        {
            int number = waves.Count + 1;
            waves.Add(new Wave
            {
                Number = number,
                Window = size,
                Lanes = [.. lanes.Skip(taken).Take(size)],
                Bake = number == 1 ? options.FirstBake : options.Bake,
                NeedsApproval = options.ApproveAfter.Contains(number) && taken + size < lanes.Count,
            });
            taken += size;
        }

        return waves;
    }
}
