package io.muster.schema.inspection;

import java.util.OptionalDouble;

/**
 * One mounted device, or a disk that holds some of them.
 *
 * @param name of the device, such as {@code /dev/nvme0n1p2}
 * @param totalBytes size of its file system; of a disk, the sum over its mounted partitions
 * @param availableBytes what an ordinary user may still write
 * @param celsius temperature of the disk
 * @param partition whether it is a part of a disk that is listed too
 */
public record Disk(
    String name, long totalBytes, long availableBytes, OptionalDouble celsius, boolean partition) {}
