package io.muster.schema.client;

import io.muster.schema.json.Flat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One host in the lists for operators. Instants are UTC with six fraction digits.
 *
 * @param status effective status: the declared status, corrected by the heartbeats received
 * @param lastSeenAt receipt of the newest heartbeat; empty without one
 * @param uptimeDays UTC days with a heartbeat
 * @param osType operating system
 * @param warnings conditions that require attention
 */
public record RegisteredHost(
    @Flat Registration registration,
    String status,
    Optional<String> lastSeenAt,
    int uptimeDays,
    Optional<String> osType,
    @Flat InstalledGpus gpus,
    @Flat HostCondition condition,
    List<HostWarning> warnings) {
  public RegisteredHost {
    warnings = List.copyOf(warnings);
  }

  /**
   * The registration of a host.
   *
   * @param clientId 32 lower-case hexadecimal digits
   * @param name name; several hosts may have the same
   * @param userId owner
   * @param validStatus {@code valid}, or {@code invalid} for a deleted host
   * @param createdAt time of registration
   */
  public record Registration(
      String clientId, String name, String userId, String validStatus, String createdAt) {}

  /**
   * The accelerators of a host.
   *
   * @param gpuCount their number
   * @param gpuModels their product names, each once, sorted
   * @param tflops peak dense FP32 of all, rounded
   */
  public record InstalledGpus(int gpuCount, List<String> gpuModels, int tflops) {
    public InstalledGpus {
      gpuModels = List.copyOf(gpuModels);
    }
  }

  /**
   * The newest heartbeat of a host, percent; empty without one.
   *
   * @param health score 0..100, the same as in the other lists; 0 without a heartbeat
   */
  public record HostCondition(
      int health,
      Optional<Integer> cpuUsage,
      Optional<Integer> memoryUsage,
      Optional<Integer> storageUsage) {}

  /**
   * One warning.
   *
   * @param name name of the {@link Warning}
   * @param readings values that show the condition, by {@link Warning#readingName}; of a condition
   *     that lasts, the highest since it began
   * @param since begin of the condition: the first heartbeat that showed it
   */
  public record HostWarning(String name, Map<String, Integer> readings, String since) {
    public HostWarning {
      readings = Map.copyOf(readings);
    }
  }
}
