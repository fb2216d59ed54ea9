package io.muster.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.testkit.AssertionPoller;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of the metrics that a node with all roles exports about itself. */
class SelfMetricsIT {
  /** The families of the collector and of the endpoints are covered by their modules' tests. */
  private static final String[] FAMILIES = {
    "muster_cluster_healthy",
    "muster_cluster_members",
    "muster_cluster_repairs_total",
    "muster_cluster_repair_failures_total",
    "muster_cluster_rejected_connections_total",
    "muster_database_up",
    "muster_database_sessions_total",
    "muster_database_losses_total",
    "muster_database_attempts_failed_total",
    "muster_database_calls_total",
    "muster_database_failures_total",
    "muster_service_calls_total",
    "muster_service_duration_seconds",
    "muster_service_failures_total",
    "muster_aggregator_heartbeats_received_total",
    "muster_aggregator_heartbeats_accepted_total",
    "muster_aggregator_heartbeats_duplicate_total",
    "muster_aggregator_heartbeats_out_of_range_total",
    "muster_aggregator_heartbeats_unknown_total",
    "muster_aggregator_heartbeats_refused_total",
    "muster_aggregator_heartbeats_failed_total",
    "muster_aggregator_heartbeats_held",
    "muster_aggregator_queue_rows",
    "muster_aggregator_batches_total",
    "muster_aggregator_batches_failed_total",
    "muster_aggregator_commit_seconds",
    "muster_http_connections_total",
    "muster_http_connections_open",
    "muster_http_requests_total",
    "muster_http_requests_active",
    "muster_http_requests_aborted_total",
    "muster_http_responses_total",
    "muster_http_websockets_open",
    "muster_http_read_bytes_total",
    "muster_http_written_bytes_total",
    "muster_vertx_eventbus_sent_total",
    "muster_vertx_eventbus_published_total",
    "muster_vertx_eventbus_delivered_total",
    "muster_vertx_pool_in_use",
    "muster_vertx_pool_queue_pending",
    "muster_vertx_sql_processing_time_seconds",
    "muster_process_cpu_seconds_total",
    "muster_process_start_time_seconds",
    "muster_process_uptime_seconds",
    "muster_process_open_fds",
    "muster_process_max_fds",
    "muster_jvm_memory_used_bytes",
    "muster_jvm_memory_max_bytes",
    "muster_jvm_threads",
    "muster_jvm_gc_collections_total",
    "muster_jvm_gc_seconds_total"
  };

  @TempDir private Path data;

  @Test
  void metrics_allRoles_containEveryFamilyWithHelp() throws Exception {
    try (var node =
        MusterProcess.start(
                data,
                "--set",
                "collector.interval=500ms",
                "--set",
                "collector.heartbeat_interval=1s")
            .awaitBanner()) {
      AssertionPoller.awaitAssertion(
          Duration.ofMinutes(1),
          () -> {
            var metrics = scrape(node);
            assertThat(metrics.samples().get("muster_aggregator_heartbeats_accepted_total"))
                .isPositive();
            assertHeartbeatsAddUp(metrics);
          });

      var metrics = scrape(node);
      assertThat(metrics.helpByFamily()).containsKeys(FAMILIES);
      assertThat(metrics.helpByFamily())
          .allSatisfy((family, help) -> assertThat(family).startsWith("muster_"));
      for (var family : FAMILIES) {
        assertThat(metrics.helpByFamily().get(family)).as(family).isNotBlank();
      }
      assertThat(metrics.samples())
          .containsEntry("muster_database_up", 1.0)
          .containsEntry("muster_database_sessions_total", 1.0)
          .containsEntry("muster_cluster_healthy", 1.0)
          .containsEntry("muster_cluster_members", 0.0)
          .containsKey("muster_http_requests_active");
      assertThat(
              metrics
                  .samples()
                  .get("muster_service_calls_total{method=\"announce\",service=\"registry\"}"))
          .isPositive();
      assertThat(node.output()).doesNotContain("already registered");
    }
  }

  /**
   * Asserts that received heartbeats equal the sum of all outcomes. The counters are not read at
   * one instant, so the assertion may have to be repeated.
   */
  private static void assertHeartbeatsAddUp(MetricsExposition metrics) {
    var outcomeTotal = 0.0;
    for (var outcome :
        new String[] {
          "accepted_total",
          "duplicate_total",
          "out_of_range_total",
          "unknown_total",
          "refused_total",
          "failed_total",
          "held"
        }) {
      outcomeTotal +=
          metrics.samples().getOrDefault("muster_aggregator_heartbeats_" + outcome, Double.NaN);
    }
    assertThat(outcomeTotal)
        .isEqualTo(metrics.samples().get("muster_aggregator_heartbeats_received_total"));
  }

  private static MetricsExposition scrape(MusterProcess node) throws Exception {
    return MetricsExposition.parse(node.get("/metrics").body());
  }
}
