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
 * The lines printed after the start: the addresses of the endpoints, the data directory or the
 * database, the GPUs found or the reason that there are none, and the cluster.
 */
record StartupBanner(Settings settings, Node node, ClusterNode cluster) {

  List<String> lines(Optional<ApiVerticle> api, Optional<CollectorVerticle> collector) {
    var lines = new ArrayList<String>();
    var roles = settings.roles().stream().map(Role::wireName).collect(Collectors.joining(", "));
    lines.add("muster " + node.version() + " on " + node.hostname() + ": " + roles);
    api.map(ApiVerticle::boundAddresses).ifPresent(addresses -> addEndpoints(addresses, lines));
    api.ifPresent(verticle -> addTls(verticle, lines));
    api.map(ApiVerticle::skippedListeners)
        .orElse(Map.of())
        .forEach((key, occupiedAddress) -> addSkippedListener(key, occupiedAddress, lines));
    api.flatMap(ApiVerticle::unixSocket)
        .ifPresent(path -> lines.add(line("socket", path + ", mode 0600, every endpoint")));
    if (settings.needsDataDirectory()) {
      lines.add(
          line(
              "data",
              settings.dataDirectory() + (hasEmbeddedServer() ? ", embedded PostgreSQL" : "")));
    }
    if (settings.needsDatabase() && !hasEmbeddedServer()) {
      lines.add(line("data", settings.database().url().map(DatabaseUrl::toString).orElse("")));
    }
    collector.ifPresent(verticle -> lines.add(line("gpus", verticle.gpuSummary())));
    lines.add(line("cluster", membership()));
    return List.copyOf(lines);
  }

  private void addEndpoints(Map<String, HostPort> addresses, List<String> lines) {
    var clientListPath =
        "/api/user/client_list?user_id=" + settings.collector().registration().userId();
    Optional.ofNullable(addresses.get(ListenConfig.MAIN))
        .ifPresent(
            main -> lines.add(line("main", httpUrl(main) + "/  /snapshot  /events  /metrics")));
    Optional.ofNullable(addresses.get(ListenConfig.REST))
        .ifPresent(rest -> lines.add(line("rest", httpUrl(rest) + clientListPath)));
    Optional.ofNullable(addresses.get(ListenConfig.USAGE))
        .ifPresent(usage -> lines.add(line("usage", "ws://" + usage + "/usage")));
    Optional.ofNullable(addresses.get(ListenConfig.SOCKTOP))
        .ifPresent(socktop -> lines.add(line("socktop", "ws://" + socktop + "/ws")));
  }

  /** Adds the TLS address, and the certificate by which a client verifies this node. */
  private static void addTls(ApiVerticle api, List<String> lines) {
    api.identity()
        .ifPresent(
            identity -> {
              var address = api.boundAddresses().get(ListenConfig.TLS);
              lines.add(
                  line("tls", "https://" + address + ", every endpoint; for socktop --tls-ca:"));
              lines.add(line("", identity.certificate().toString()));
              lines.add(line("", "SHA-256 " + identity.fingerprint()));
            });
  }

  private static void addSkippedListener(String key, HostPort occupiedAddress, List<String> lines) {
    var name = key.substring(key.lastIndexOf('.') + 1);
    var remedy = "choose another with --set " + key + "=HOST:PORT";
    lines.add(line(name, "skipped: " + occupiedAddress + " is already in use; " + remedy));
  }

  private boolean hasEmbeddedServer() {
    return settings.needsDatabase() && settings.database().url().isEmpty();
  }

  private String membership() {
    var members = cluster.memberCount();
    return members == 0
        ? "none: standalone, no cluster port"
        : members
            + (members == 1 ? " member, " : " members, ")
            + "this node at "
            + cluster.memberAddress().map(HostPort::toString).orElse("");
  }

  private static String line(String name, String text) {
    return String.format(Locale.ROOT, "  %-8s %s", name, text);
  }

  private static String httpUrl(HostPort address) {
    return "http://" + address;
  }
}
