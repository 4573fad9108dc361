namespace AppStatus.Core.Deployments.Journal;

/// <summary>CRC-32C (Castagnoli, polynomial 0x1EDC6F41 reflected), as iSCSI (RFC 3720, B.4) defines it.</summary>
internal static class Crc32C
{
    private static readonly uint[] Table = BuildTable();

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes) crc = Table[(crc ^ value) & 0xFF] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] BuildTable()
    {
        var table = new uint[256];
        for (uint index = 0; index < 256; index++)
        {
            uint entry = index;
            for (int bit = 0; bit < 8; bit++) entry = (entry & 1) == 0 ? entry >> 1 : (entry >> 1) ^ 0x82F63B78u;
            table[index] = entry;
        }

        return table;
    }
}
