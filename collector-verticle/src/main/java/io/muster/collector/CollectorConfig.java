package io.muster.collector;

import io.muster.collector.heartbeat.HeartbeatConfig;
import io.muster.collector.simulation.SimulationSpec;
import io.muster.runtime.config.ConfigReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of the collector role.
 *
 * @param interval time between two ticks, 100 ms to 1 h
 * @param userId owner of this host in the registry, 1 to 32 characters
 * @param name name of this host in the registry; empty for the hostname
 * @param hostname replaces the system's own, for containers
 * @param root root of the host's file system, for a container that monitors its host
 * @param servesProcessDetails true if single processes may be inspected: command lines and journal
 *     entries may contain secrets
 * @param simulation simulated hosts beside the real one
 * @param simulatedNamePrefix first part of the names of simulated hosts: {@code sim} gives {@code
 *     sim-0001}
 * @param simulationSeed seed of the simulation: the same seed gives the same readings
 * @param heartbeat settings of the heartbeat pipeline
 * @param energyDirectory directory of the saved energy counters
 */
public record CollectorConfig(
    Duration interval,
    String userId,
    Optional<String> name,
    Optional<String> hostname,
    Path root,
    boolean servesProcessDetails,
    Optional<SimulationSpec> simulation,
    String simulatedNamePrefix,
    int simulationSeed,
    HeartbeatConfig heartbeat,
    Path energyDirectory) {
  private static final int MAX_TEXT_LENGTH = 32;

  /** Reads the settings; the spool and the energy counters lie below the data directory. */
  public static CollectorConfig from(ConfigReader reader, Path dataDirectory) {
    var simulation =
        reader.text("collector.simulate").flatMap(text -> parseSimulation(reader, text));
    var hostCount = 1 + simulation.map(SimulationSpec::hosts).orElse(0);
    return new CollectorConfig(
        reader.duration(
            "collector.interval",
            Duration.ofSeconds(3),
            Duration.ofMillis(100),
            Duration.ofHours(1)),
        boundedText(reader, "collector.user_id").orElse("default"),
        boundedText(reader, "collector.name"),
        reader.text("collector.hostname"),
        reader.path("collector.root", Path.of("/")),
        reader.flag("collector.process_details", true),
        simulation,
        reader.text("collector.simulate_name", "sim"),
        reader.integer("collector.simulate_seed", 1, 0, Integer.MAX_VALUE),
        HeartbeatConfig.from(reader, dataDirectory.resolve("spool"), hostCount),
        dataDirectory.resolve("energy"));
  }

  private static Optional<SimulationSpec> parseSimulation(ConfigReader reader, String text) {
    var spec = SimulationSpec.parse(text);
    if (spec.isEmpty()) {
      reader.addProblem(
          "collector.simulate", "must be " + SimulationSpec.expectedFormat() + ": '" + text + "'");
    }
    return spec;
  }

  private static Optional<String> boundedText(ConfigReader reader, String key) {
    var text = reader.text(key);
    if (text.isPresent() && text.get().codePointCount(0, text.get().length()) > MAX_TEXT_LENGTH) {
      reader.addProblem(
          key, "'" + text.get() + "' is longer than " + MAX_TEXT_LENGTH + " characters");
    }
    return text;
  }
}
