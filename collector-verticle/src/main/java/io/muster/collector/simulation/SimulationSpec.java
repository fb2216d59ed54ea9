package io.muster.collector.simulation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Size and GPU model of a simulated fleet, written {@code 4x8xH100}.
 *
 * @param hosts 1 to 10,000
 * @param gpusPerHost 0 to 64
 * @param model model of each GPU
 */
public record SimulationSpec(int hosts, int gpusPerHost, SimulatedGpuModel model) {
  private static final Pattern FORMAT =
      Pattern.compile("([0-9]{1,5})x([0-9]{1,2})x([A-Za-z0-9_]+)");
  private static final int MAX_HOSTS = 10_000;
  static final int MAX_GPUS_PER_HOST = 64;

  public SimulationSpec {
    if (hosts < 1 || hosts > MAX_HOSTS || gpusPerHost < 0 || gpusPerHost > MAX_GPUS_PER_HOST) {
      throw new IllegalArgumentException(
          hosts + "x" + gpusPerHost + "x" + model + ": expected " + expectedFormat());
    }
  }

  /**
   * Returns the seed of a host: the same for the same name, so that a restarted simulation has the
   * same devices, and a different one for every other name.
   */
  public static long seedOf(String hostId) {
    return UUID.nameUUIDFromBytes(hostId.getBytes(UTF_8)).getMostSignificantBits();
  }

  /** Returns the format that {@link #parse} accepts, for messages. */
  public static String expectedFormat() {
    return "HOSTSxGPUSxMODEL with 1 to "
        + MAX_HOSTS
        + " hosts, 0 to "
        + MAX_GPUS_PER_HOST
        + " GPUs and a model of "
        + SimulatedGpuModel.names();
  }

  /** Parses {@code HOSTSxGPUSxMODEL}; empty if the text has another format or is out of range. */
  public static Optional<SimulationSpec> parse(String text) {
    var matcher = FORMAT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    var hostCount = Integer.parseInt(matcher.group(1));
    var gpusPerHost = Integer.parseInt(matcher.group(2));
    if (hostCount < 1 || hostCount > MAX_HOSTS || gpusPerHost > MAX_GPUS_PER_HOST) {
      return Optional.empty();
    }
    return SimulatedGpuModel.find(matcher.group(3))
        .map(model -> new SimulationSpec(hostCount, gpusPerHost, model));
  }
}
