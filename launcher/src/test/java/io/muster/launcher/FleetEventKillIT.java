package io.muster.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.schema.frame.ReservedPort;
import io.muster.testkit.AssertionPoller;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hosts become silent and return while the only aggregator is killed, and a second api node sees
 * the same: each begin and each end is stored exactly once.
 */
@Tag("slow")
class FleetEventKillIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final String STORED = "muster_api_observations_stored_total";
  private static final String WAITING = "muster_api_observations_waiting";

  @TempDir private Path data;

  @AutoClose private final ReservedPort clusterPort = new ReservedPort();

  @Test
  void events_aggregatorAndCollectorKilled_areStoredExactlyOnce() throws Exception {
    try (var observer = start("observer", "--roles", "api", "--set", listen());
        var secondObserver = start("second", "--roles", "api", "--join", clusterPort.address())) {
      try (var aggregator = startAggregator();
          var collector = startCollector()) {
        awaitEvents(observer, "cluster_member", "begin", 4);
        awaitMetric(observer, STORED, 1);
        awaitMetric(secondObserver, STORED, 1);
        aggregator.kill();
        collector.kill();
      }
      // Both see the silence of two hosts, and that two members have left.
      awaitMetric(observer, WAITING, 4);
      awaitMetric(secondObserver, WAITING, 4);
      try (var aggregator = startAggregator()) {
        awaitEvents(observer, "host_silent", "begin", 2);
        aggregator.kill();
      }
      try (var collector = startCollector();
          var aggregator = startAggregator()) {
        awaitEvents(observer, "host_silent", "end", 2);
        AssertionPoller.awaitAssertion(
            TIMEOUT,
            () -> {
              assertThat(observer.metricValue(WAITING)).isZero();
              assertThat(secondObserver.metricValue(WAITING)).isZero();
            });
        assertThat(collector.output()).doesNotContain("ERROR");
        assertThat(changes(aggregator, "host_silent"))
            .as("begin and end of the real host and of the simulated one")
            .hasSize(4)
            .doesNotHaveDuplicates();
        assertAlternating(changes(aggregator, "cluster_member"));
      }
    }
  }

  private MusterProcess startAggregator() {
    return start("aggregator", "--roles", "api,aggregator", "--join", clusterPort.address());
  }

  private MusterProcess startCollector() {
    return start(
        "collector",
        "--roles",
        "collector",
        "--join",
        clusterPort.address(),
        "--simulate",
        "1x1xH100",
        "--interval",
        "1s");
  }

  private MusterProcess start(String name, String... arguments) {
    return MusterProcess.start(data.resolve(name), arguments).awaitBanner();
  }

  private String listen() {
    return "cluster.listen=" + clusterPort.address();
  }

  private static void awaitMetric(MusterProcess observer, String metric, long least) {
    AssertionPoller.awaitAssertion(
        TIMEOUT, () -> assertThat(observer.metricValue(metric)).isGreaterThanOrEqualTo(least));
  }

  private static void awaitEvents(MusterProcess node, String kind, String phase, int number) {
    AssertionPoller.awaitAssertion(
        TIMEOUT,
        () ->
            assertThat(changes(node, kind))
                .filteredOn(change -> change.endsWith(phase))
                .hasSize(number));
  }

  /** Checks that of each address, which several members had, no begin or end is there twice. */
  private static void assertAlternating(List<String> changes) {
    var phaseByMember = new HashMap<String, String>();
    for (var change : changes) {
      var memberAndPhase = change.split(" ", 2);
      assertThat(phaseByMember.put(memberAndPhase[0], memberAndPhase[1]))
          .as("the change after '%s' in %s", change, changes)
          .isNotEqualTo(memberAndPhase[1]);
    }
  }

  /** Returns subject and phase of each stored event of the kind, the newest first. */
  private static List<String> changes(MusterProcess node, String kind)
      throws IOException, InterruptedException {
    var changes = new ArrayList<String>();
    for (var event : node.json("/api/events?kind=" + kind).get("data").get("events")) {
      changes.add(subject(event) + " " + event.get("phase").asText());
    }
    return changes;
  }

  private static String subject(JsonNode event) {
    return event.get(event.get("member").isNull() ? "host" : "member").asText();
  }
}
