package io.muster.launcher.node;

import io.muster.api.ApiVerticle;
import io.muster.api.listener.ListenConfig;
import io.muster.collector.CollectorVerticle;
import io.muster.runtime.cluster.ClusterNode;
import io.muster.runtime.config.HostPort;
import io.muster.runtime.database.DatabaseUrl;
import io.muster.runtime.node.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The few lines after the start: where it answers, where data is kept, which GPUs were found or why
 * none.
 */
record Banner(Settings settings, Node node, ClusterNode cluster) {

  List<String> lines(Optional<ApiVerticle> api, Optional<CollectorVerticle> collector) {
    var lines = new ArrayList<String>();
    var roles = settings.roles().stream().map(Role::wireName).collect(Collectors.joining(", "));
    lines.add("muster " + node.version() + " on " + node.hostname() + ": " + roles);
    api.map(ApiVerticle::boundAddresses).ifPresent(bound -> doors(bound, lines));
    api.ifPresent(running -> tls(running, lines));
    api.map(ApiVerticle::skippedListeners)
        .orElse(Map.of())
        .forEach((key, taken) -> leftOut(key, taken, lines));
    api.flatMap(ApiVerticle::unixSocket)
        .ifPresent(path -> lines.add(line("socket", path + ", mode 0600, every door")));
    if (settings.keepsData()) {
      lines.add(
          line("data", settings.dataDirectory() + (hasServer() ? ", embedded PostgreSQL" : "")));
    }
    if (settings.needsDatabase() && !hasServer()) {
      lines.add(line("data", settings.database().url().map(DatabaseUrl::toString).orElse("")));
    }
    collector.ifPresent(running -> lines.add(line("gpus", running.gpuSummary())));
    lines.add(line("cluster", membership()));
    return List.copyOf(lines);
  }

  private void doors(Map<String, HostPort> bound, List<String> lines) {
    var clients = "/api/user/client_list?user_id=" + settings.collector().userId();
    Optional.ofNullable(bound.get(ListenConfig.MAIN))
        .ifPresent(
            main -> lines.add(line("live", url(main) + "/snapshot  /events  /metrics  /-/ready")));
    Optional.ofNullable(bound.get(ListenConfig.REST))
        .ifPresent(rest -> lines.add(line("fleet", url(rest) + clients)));
    Optional.ofNullable(bound.get(ListenConfig.USAGE))
        .ifPresent(usage -> lines.add(line("usage", "ws://" + usage + "/usage")));
    Optional.ofNullable(bound.get(ListenConfig.SOCKTOP))
        .ifPresent(socktop -> lines.add(line("socktop", "ws://" + socktop + "/ws")));
  }

  /** What a client needs to know us by. */
  private static void tls(ApiVerticle api, List<String> lines) {
    api.identity()
        .ifPresent(
            identity -> {
              var bound = api.boundAddresses().get(ListenConfig.TLS);
              lines.add(line("tls", "https://" + bound + ", every door; for socktop --tls-ca:"));
              lines.add(line("", identity.certificate().toString()));
              lines.add(line("", "SHA-256 " + identity.fingerprint()));
            });
  }

  private static void leftOut(String key, HostPort taken, List<String> lines) {
    var name = key.substring(key.lastIndexOf('.') + 1);
    var remedy = "choose another with --set " + key + "=HOST:PORT";
    lines.add(line(name, "left out, " + taken + " is taken; " + remedy));
  }

  private boolean hasServer() {
    return settings.needsDatabase() && settings.database().url().isEmpty();
  }

  private String membership() {
    var members = cluster.members();
    return members.isEmpty()
        ? "none: one JVM, no cluster port"
        : members.size()
            + (members.size() == 1 ? " member, " : " members, ")
            + "this one at "
            + settings.cluster().listen().map(HostPort::toString).orElse("");
  }

  private static String line(String name, String text) {
    return String.format(Locale.ROOT, "  %-8s %s", name, text);
  }

  private static String url(HostPort address) {
    return "http://" + address;
  }
}
