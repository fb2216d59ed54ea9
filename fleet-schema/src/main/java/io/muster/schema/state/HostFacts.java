package io.muster.schema.state;

import java.util.List;

/**
 * The values of a host that rarely change.
 *
 * @param id short number of the host, which other messages contain; never used for another host of
 *     the same stream
 * @param host name of the host
 * @param clientId identity of the host in the registry: 32 hexadecimal digits
 * @param intervalMs time between two ticks of its collector, ms
 * @param gpus its GPUs by index
 */
public record HostFacts(
    int id, String host, String clientId, HostOrigin origin, long intervalMs, List<GpuFacts> gpus) {
  public HostFacts {
    gpus = List.copyOf(gpus);
  }
}
