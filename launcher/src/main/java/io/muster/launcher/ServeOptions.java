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
  protected void addTo(Map<String, String> commandLine) {
    super.addTo(commandLine);
    add(commandLine, "roles", roles);
    add(commandLine, "cluster.join", join);
    add(commandLine, "collector.interval", interval);
    add(commandLine, "collector.simulate", simulate);
    add(commandLine, "api.token", token);
    add(commandLine, "api.insecure", insecure ? "true" : null);
  }
}
