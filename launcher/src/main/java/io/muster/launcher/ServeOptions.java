package io.muster.launcher;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The options of a node: short names for settings that are given often. Used by the main thread
 * only.
 */
final class ServeOptions extends DatabaseOptions {
  @Option(
      names = "--roles",
      paramLabel = "ROLE[,ROLE...]",
      description = "Run these roles: collector, api, aggregator, registry; default: all (roles).")
  private @Nullable String roles;

  @Option(
      names = "--join",
      paramLabel = "HOST:PORT[,...]",
      description = "Join the cluster of these members (cluster.join).")
  private @Nullable String join;

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      description = "Set the time between two ticks; default: 3s (collector.interval).")
  private @Nullable String interval;

  @Option(
      names = "--simulate",
      paramLabel = "HOSTSxGPUSxMODEL",
      description = "Add simulated hosts, such as 4x8xH100 (collector.simulate).")
  private @Nullable String simulate;

  @Option(
      names = "--token",
      paramLabel = "SECRET",
      description = "Require this token in every request (api.token).")
  private @Nullable String token;

  @Option(
      names = "--insecure",
      description =
          "Allow listeners that are reachable from other hosts without a token (api.insecure).")
  private boolean insecure;

  @Override
  protected void addSettings(Map<String, String> commandLine) {
    super.addSettings(commandLine);
    addIfPresent(commandLine, "roles", roles);
    addIfPresent(commandLine, "cluster.join", join);
    addIfPresent(commandLine, "collector.interval", interval);
    addIfPresent(commandLine, "collector.simulate", simulate);
    addIfPresent(commandLine, "api.token", token);
    addIfPresent(commandLine, "api.insecure", insecure ? "true" : null);
  }
}
