package io.muster.schema.inspection;

import java.util.OptionalDouble;

/**
 * A mounted device, or a disk with mounted partitions.
 *
 * @param name device, such as {@code /dev/nvme0n1p2}
 * @param totalBytes size of its file system; for a disk, the sum over its mounted partitions
 * @param availableBytes space available to an ordinary user
 * @param celsius temperature of the disk
 * @param partition true if it is a partition of a disk that is also listed
 */
public record Disk(
    String name, long totalBytes, long availableBytes, OptionalDouble celsius, boolean partition) {}
