package io.muster.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.muster.testkit.AssertionPoller;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * PostgreSQL is stopped by a signal, and killed. Each REST endpoint responds in its envelope within
 * its timeout, the other endpoints are not delayed, and all recover without intervention.
 */
@Tag("slow")
@DisabledOnOs(OS.WINDOWS)
class DatabaseFaultIT {
  private static final Duration RECOVERY_TIMEOUT = Duration.ofMinutes(1);

  /** The call timeout and a margin for a busy machine; without it, no response arrives. */
  private static final Duration MAX_RESPONSE_TIME = Duration.ofSeconds(30);

  private static final List<String> PATHS =
      List.of(
          "/api/user/client_stat?user_id=default",
          "/api/user/client_list?user_id=default",
          "/api/user/client_monitor?user_id=default",
          "/api/user/client_health?user_id=default",
          "/api/models/get");

  @TempDir private Path data;

  @Test
  void rest_postgresStoppedAndKilled_reportsUnavailableInTimeAndRecovers() throws Exception {
    try (var node =
        MusterProcess.start(
            data,
            "--set",
            "collector.interval=500ms",
            "--set",
            "collector.heartbeat_interval=1s",
            "--set",
            "database.statement_timeout=1s",
            "--set",
            "api.call_timeout=3s")) {
      node.awaitBanner();
      awaitAvailable(node);
      sendSignal("STOP");
      assertUnavailable(node);
      sendSignal("CONT");
      awaitAvailable(node);
      postmaster().destroyForcibly();
      awaitAvailable(node);
      AssertionPoller.awaitAssertion(
          RECOVERY_TIMEOUT,
          () ->
              assertThat(node.metricValue("muster_collector_heartbeats_pending"))
                  .isLessThanOrEqualTo(2));
      assertThat(node.metricValue("muster_collector_heartbeats_lost_total")).isZero();
    }
  }

  private static void awaitAvailable(MusterProcess node) {
    AssertionPoller.awaitAssertion(
        RECOVERY_TIMEOUT,
        () -> {
          for (var path : PATHS) {
            assertThat(node.get(path).statusCode()).as(path).isEqualTo(200);
          }
          assertThat(node.json(PATHS.get(0)).at("/data/systems_online_number").asInt())
              .isEqualTo(1);
        });
  }

  private static void assertUnavailable(MusterProcess node) throws Exception {
    for (var path : PATHS) {
      var startNanos = System.nanoTime();
      var response = node.get(path);
      assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
          .as(path)
          .isLessThan(MAX_RESPONSE_TIME);
      assertThat(response.statusCode()).as(path).isEqualTo(503);
      var envelope = new ObjectMapper().readTree(response.body());
      assertThat(envelope.fieldNames())
          .toIterable()
          .containsExactly("success", "data", "message", "timestamp");
      assertThat(envelope.get("success").asBoolean()).isFalse();
      assertThat(envelope.get("data").isNull()).isTrue();
      assertThat(node.get("/snapshot").statusCode()).isEqualTo(200);
    }
  }

  /** Sends a signal to the postmaster and all its workers. */
  private void sendSignal(String name) throws IOException, InterruptedException {
    var postmaster = postmaster();
    sendSignal(name, postmaster); // First, so that a stopped one starts no more workers.
    for (var worker : postmaster.descendants().toList()) {
      sendSignal(name, worker);
    }
  }

  private static void sendSignal(String name, ProcessHandle process)
      throws IOException, InterruptedException {
    var kill = new ProcessBuilder("kill", "-" + name, "" + process.pid()).start();
    assertThat(kill.waitFor() == 0 || !process.isAlive()).as("%s to %s", name, process).isTrue();
  }

  private ProcessHandle postmaster() throws IOException {
    return MusterProcess.findPostmaster(data).orElseThrow();
  }
}
