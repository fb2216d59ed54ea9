package io.muster.api.socktop;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.muster.schema.inspection.Disk;
import java.util.OptionalDouble;

/** One disk or partition, in the format of the client. */
@JsonPropertyOrder({"name", "total", "available", "temperature", "is_partition"})
record DiskReply(
    String name, long total, long available, OptionalDouble temperature, boolean isPartition) {

  static DiskReply of(Disk disk) {
    return new DiskReply(
        SafeValues.ascii(disk.name()),
        SafeValues.nonNegative(disk.totalBytes()),
        SafeValues.portion(disk.availableBytes(), disk.totalBytes()),
        SafeValues.celsius(disk.celsius()),
        disk.partition());
  }
}
