package io.muster.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.frame.ReservedPort;
import io.muster.testkit.AssertionPoller;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A collector sends heartbeats while first the aggregator's JVM and then PostgreSQL are killed:
 * each heartbeat is stored exactly once.
 */
@Tag("slow")
class HeartbeatKillIT {
  private static final Duration RECOVERY_TIMEOUT = Duration.ofMinutes(2);
  private static final String PREFIX = "muster_collector_heartbeats_";

  @TempDir private Path data;

  @AutoClose private final ReservedPort collectorPort = new ReservedPort();

  @Test
  void heartbeats_aggregatorAndPostgresKilled_areStoredExactlyOnce() throws Exception {
    try (var collector = startCollector()) {
      try (var first = startAggregator()) {
        awaitAcknowledged(collector, 3);
        first.kill();
      }
      awaitPending(collector, 2);
      try (var second = startAggregator()) {
        var before = collector.metricValue(PREFIX + "acknowledged_total");
        awaitAcknowledged(collector, before + 3);
        killPostgres();
        awaitAcknowledged(collector, collector.metricValue(PREFIX + "recorded_total") + 3);
        AssertionPoller.awaitAssertion(
            RECOVERY_TIMEOUT, () -> assertStoredExactlyOnce(collector, second));
      }
    }
  }

  private MusterProcess startCollector() {
    return MusterProcess.start(
            data.resolve("collector"),
            "--roles",
            "collector,api",
            "--set",
            "cluster.listen=" + collectorPort.address(),
            "--interval",
            "500ms",
            "--set",
            "collector.heartbeat_interval=1s")
        .awaitBanner();
  }

  private MusterProcess startAggregator() {
    return MusterProcess.start(
            data.resolve("aggregator"),
            "--roles",
            "api,aggregator,registry",
            "--join",
            collectorPort.address(),
            "--set",
            "aggregator.batch_wait=20ms")
        .awaitBanner();
  }

  /** Kills the postmaster, whose workers end with it. */
  private void killPostgres() throws IOException {
    assertThat(
            MusterProcess.findPostmaster(data.resolve("aggregator"))
                .map(ProcessHandle::destroyForcibly))
        .contains(true);
  }

  private static void awaitAcknowledged(MusterProcess collector, long count) {
    AssertionPoller.awaitAssertion(
        RECOVERY_TIMEOUT,
        () ->
            assertThat(collector.metricValue(PREFIX + "acknowledged_total"))
                .isGreaterThanOrEqualTo(count));
  }

  private static void awaitPending(MusterProcess collector, long count) {
    AssertionPoller.awaitAssertion(
        RECOVERY_TIMEOUT,
        () -> assertThat(collector.metricValue(PREFIX + "pending")).isGreaterThanOrEqualTo(count));
  }

  /** Compares the counts at an instant at which no heartbeat is pending. */
  private static void assertStoredExactlyOnce(MusterProcess collector, MusterProcess aggregator)
      throws IOException, InterruptedException {
    var recorded = collector.metricValue(PREFIX + "recorded_total");
    var stored =
        aggregator
            .json("/api/user/client_health?user_id=default")
            .get("data")
            .findValuesAsText("timestamp");
    assertThat(collector.metricValue(PREFIX + "pending")).isZero();
    assertThat(collector.metricValue(PREFIX + "recorded_total")).isEqualTo(recorded);
    assertThat(stored).hasSize((int) recorded).doesNotHaveDuplicates();
    assertThat(collector.metricValue(PREFIX + "lost_total")).isZero();
    assertThat(collector.metricValue(PREFIX + "refused_total")).isZero();
    assertThat(collector.metricValue(PREFIX + "out_of_range_total")).isZero();
  }
}
