package io.muster.collector;

import io.muster.collector.heartbeat.HeartbeatConfig;
import io.muster.collector.identity.HostIdentity;
import io.muster.collector.simulation.SimulationConfig;
import io.muster.collector.simulation.SimulationSpec;
import io.muster.runtime.config.ConfigReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of the collector role.
 *
 * @param interval time between two ticks, 100 ms to 1 h
 * @param registration this host in the registry
 * @param host the host that is read
 * @param simulation simulated hosts beside the real one
 * @param heartbeat settings of the heartbeat pipeline
 * @param energyDirectory directory of the saved energy counters
 */
public record CollectorConfig(
    Duration interval,
    RegistrationConfig registration,
    HostConfig host,
    SimulationConfig simulation,
    HeartbeatConfig heartbeat,
    Path energyDirectory) {
  private static final int MAX_TEXT_LENGTH = 32;

  /** The longest end of the name of a simulated host. */
  private static final String MAX_NUMBER = "-10000";

  /** Reads the settings; the spool and the energy counters lie below the data directory. */
  public static CollectorConfig from(ConfigReader reader, Path dataDirectory) {
    var spec = reader.text("collector.simulate").flatMap(text -> parseSimulation(reader, text));
    var hostCount = 1 + spec.map(SimulationSpec::hosts).orElse(0);
    return new CollectorConfig(
        reader.duration(
            "collector.interval",
            Duration.ofSeconds(3),
            Duration.ofMillis(100),
            Duration.ofHours(1)),
        new RegistrationConfig(
            boundedText(reader, "collector.user_id").orElse("default"),
            boundedText(reader, "collector.name")),
        new HostConfig(
            hostname(reader, "collector.hostname", ""),
            reader.path("collector.root", Path.of("/")),
            reader.flag("collector.process_details", true)),
        new SimulationConfig(
            spec,
            hostname(reader, "collector.simulate_name", MAX_NUMBER).orElse("sim"),
            reader.integer("collector.simulate_seed", 1, 0, Integer.MAX_VALUE)),
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

  private static Optional<String> hostname(ConfigReader reader, String key, String suffix) {
    var name = reader.text(key);
    name.map(text -> text + suffix)
        .flatMap(HostIdentity::hostnameProblem)
        .ifPresent(problem -> reader.addProblem(key, problem));
    return name;
  }

  private static Optional<String> boundedText(ConfigReader reader, String key) {
    var text = reader.text(key);
    if (text.isPresent() && text.get().codePointCount(0, text.get().length()) > MAX_TEXT_LENGTH) {
      reader.addProblem(
          key, "'" + text.get() + "' is longer than " + MAX_TEXT_LENGTH + " characters");
    }
    return text;
  }

  /**
   * This host in the registry.
   *
   * @param userId owner, 1 to 32 characters
   * @param name display name; empty for the hostname
   */
  public record RegistrationConfig(String userId, Optional<String> name) {}

  /**
   * The host that is read.
   *
   * @param hostname replaces the system's own, for containers
   * @param root root of the host's file system, for a container that monitors its host
   * @param servesProcessDetails true if single processes may be inspected: command lines and
   *     journal entries may contain secrets
   */
  public record HostConfig(Optional<String> hostname, Path root, boolean servesProcessDetails) {}
}
