package io.muster.launcher;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of a node: short names for settings that are given often. */
final class ServeOptions extends DatabaseOptions {
  @Option(
      names = "--roles",
      paramLabel = "ROLE[,ROLE...]",
      description = "collector, api, aggregator, registry; all of them by default (roles).")
  private @Nullable String roles;

  @Option(
      names = "--join",
      paramLabel = "HOST:PORT[,...]",
      description = "Members of the cluster to join (cluster.join).")
  private @Nullable String join;

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      description = "Time between two readings, 3s by default (collector.interval).")
  private @Nullable String interval;

  @Option(
      names = "--simulate",
      paramLabel = "HOSTSxGPUSxMODEL",
      description = "Adds made-up hosts, such as 4x8xH100 (collector.simulate).")
  private @Nullable String simulate;

  @Option(
      names = "--token",
      paramLabel = "SECRET",
      description = "What every request must carry (api.token).")
  private @Nullable String token;

  @Option(
      names = "--insecure",
      description = "Allows listeners that others can reach without a token (api.insecure).")
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
