package io.muster.launcher;

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
  void setRoles(String roles) {
    setSetting("roles", "--roles", roles);
  }

  @Option(
      names = "--join",
      paramLabel = "HOST:PORT[,...]",
      description = "Join the cluster of these members (cluster.join).")
  void setJoin(String members) {
    setSetting("cluster.join", "--join", members);
  }

  @Option(
      names = "--interval",
      paramLabel = "DURATION",
      description = "Set the time between two ticks; default: 3s (collector.interval).")
  void setInterval(String interval) {
    setSetting("collector.interval", "--interval", interval);
  }

  @Option(
      names = "--simulate",
      paramLabel = "HOSTSxGPUSxMODEL",
      description = "Add simulated hosts, such as 4x8xH100 (collector.simulate).")
  void setSimulate(String hosts) {
    setSetting("collector.simulate", "--simulate", hosts);
  }

  @Option(
      names = "--token",
      paramLabel = "SECRET",
      description =
          "Require this token in every request (api.token). Every user of the machine sees it in"
              + " the list of processes; better: --token-file.")
  void setToken(String token) {
    setSetting("api.token", "--token", token);
  }

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Require the token in this file in every request (api.token_file).")
  void setTokenFile(String file) {
    setSetting("api.token_file", "--token-file", file);
  }

  @Option(
      names = "--insecure",
      description =
          "Allow listeners that are reachable from other hosts without a token (api.insecure).")
  void setInsecure(boolean insecure) {
    setSetting("api.insecure", "--insecure", String.valueOf(insecure));
  }
}
