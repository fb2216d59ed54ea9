package io.muster.launcher.node;

import io.muster.api.ApiVerticle;
import io.muster.collector.CollectorVerticle;
import io.muster.runtime.cluster.ClusterNode;
import io.muster.runtime.config.HostPort;
import io.muster.runtime.database.Database;
import io.muster.runtime.node.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The few lines after the start: where it answers, where data is kept, which GPUs were found or why
 * none.
 */
record Banner(Settings settings, Node node, ClusterNode cluster) {
  private static final String MAIN = "api.listen.main";
  private static final String REST = "api.listen.rest";

  List<String> lines(
      Optional<ApiVerticle> api,
      Optional<Database> database,
      Optional<CollectorVerticle> collector) {
    var lines = new ArrayList<String>();
    var roles = settings.roles().stream().map(Role::wireName).collect(Collectors.joining(", "));
    lines.add("muster " + node.version() + " on " + node.hostname() + ": " + roles);
    api.map(ApiVerticle::listening)
        .ifPresent(
            bound -> {
              if (bound.containsKey(MAIN)) {
                lines.add(
                    "  live     "
                        + url(bound.get(MAIN))
                        + "/snapshot  /events  /metrics  /-/ready");
              }
              if (bound.containsKey(REST)) {
                lines.add(
                    "  fleet    "
                        + url(bound.get(REST))
                        + "/api/user/client_list?user_id="
                        + settings.collector().userId());
              }
            });
    database.ifPresent(
        opened ->
            lines.add(
                "  data     "
                    + settings
                        .database()
                        .url()
                        .map(url -> url + " and ")
                        .orElse("embedded PostgreSQL in ")
                    + settings.dataDirectory()));
    collector.ifPresent(running -> lines.add("  gpus     " + running.gpuSummary()));
    lines.add("  cluster  " + membership());
    return List.copyOf(lines);
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

  private static String url(HostPort address) {
    return "http://" + address;
  }
}
