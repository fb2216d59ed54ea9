package io.muster.collector.simulation;

import io.muster.schema.client.ClientId;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * Settings of the simulation, and the identities of its hosts.
 *
 * @param spec size and GPU model; empty without a simulation
 * @param namePrefix first part of the hostnames: {@code sim} gives {@code sim-0001}
 * @param seed the same seed gives the same readings
 */
public record SimulationConfig(Optional<SimulationSpec> spec, String namePrefix, int seed) {
  private static final long CLIENT_ID_BITS = 0x73696D756C617465L; // "simulate"
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L; // spreads small seeds over all bits

  /** Number of hosts; 0 without a simulation. */
  public int hostCount() {
    return spec.map(SimulationSpec::hosts).orElse(0);
  }

  /** Returns the names of the hosts, in order. */
  public List<String> hostnames() {
    return IntStream.rangeClosed(1, hostCount())
        .mapToObj(number -> String.format(Locale.ROOT, "%s-%04d", namePrefix, number))
        .toList();
  }

  /** Returns the client id of a host: the same for the same name. */
  public static String clientId(String hostname) {
    return ClientId.fromUuid(new UUID(CLIENT_ID_BITS, SimulationSpec.seedOf(hostname)));
  }

  /** Returns the seed of the readings of a host. */
  public long seedOf(String hostname) {
    return SimulationSpec.seedOf(hostname) ^ (seed * GOLDEN_RATIO);
  }
}
