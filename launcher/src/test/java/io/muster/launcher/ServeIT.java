package io.muster.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.testkit.AssertionPoller;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests of one JVM with all roles and the default settings, but for short intervals. */
class ServeIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final String[] FAST_INTERVALS = {
    "--set", "collector.interval=500ms", "--set", "collector.heartbeat_interval=1s"
  };

  @TempDir private Path data;

  @Test
  void serve_emptyDirectory_servesEveryEndpointAndKeepsDataAfterKill() throws Exception {
    try (var node = MusterProcess.startEmpty(data, FAST_INTERVALS).awaitBanner()) {
      var frame = node.json("/snapshot?include=cpu,memory,storage,gpu");
      assertThat(frame.get("schema").asInt()).isEqualTo(1);
      assertThat(frame.get("cpus").get(0).get("total_threads").asInt())
          .isEqualTo(Runtime.getRuntime().availableProcessors());
      assertThat(frame.get("memory").get(0).get("total_bytes").asLong()).isPositive();
      assertThat(frame.has("simulated")).isFalse();
      assertThat(node.get("/metrics").body())
          .contains("all_smi_up{", "all_smi_cpu_utilization{", "muster_api_frames_accepted_total");
      assertThat(node.get("/-/ready").statusCode()).isEqualTo(200);
      awaitOnline(node);
      node.kill();
    }
    try (var node = MusterProcess.start(data, FAST_INTERVALS).awaitBanner()) {
      awaitOnline(node);
      var client = node.json("/api/user/client_list?user_id=default").at("/data/devices/0");
      assertThat(client.get("client_status").asText()).isEqualTo("online");
      assertThat(client.get("client_id").asText()).matches("[0-9a-f]{32}");
      assertThat(client.get("memory_usage").asInt()).isPositive();
    }
  }

  @Test
  void serve_openEventStream_sendsAFrameForEachTickAndEndsWithTheNode() throws Exception {
    try (var node = MusterProcess.start(data, FAST_INTERVALS).awaitBanner()) {
      var stream = URI.create(node.baseUrl("main") + "/events").toURL().openStream();
      try (var events = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
        assertThat(events.lines().filter(line -> line.startsWith("data: {\"chassis\"")).limit(3))
            .hasSize(3);
        assertThat(node.stop(TIMEOUT)).isEqualTo(143);
        assertThat(events.lines()).isNotNull();
      }
    }
  }

  @Test
  void serve_simulation_returnsFramesMarkedAsSimulated() throws Exception {
    try (var node =
        MusterProcess.start(data, "--simulate", "4x8xH100", "--set", "collector.interval=500ms")
            .awaitBanner()) {
      AssertionPoller.awaitAssertion(
          TIMEOUT,
          () -> {
            var frame = node.json("/snapshot?include=gpu");
            assertThat(frame.get("gpus")).hasSize(32);
            assertThat(frame.get("simulated").asBoolean()).isTrue();
          });
      var host = node.json("/snapshot?include=gpu,process&host=sim-0002");
      assertThat(host.get("hostname").asText()).isEqualTo("sim-0002");
      assertThat(host.get("gpus")).hasSize(8);
    }
  }

  @Tag("slow")
  @Test
  void stop_whileTheDatabaseIsCreated_leavesNoProcess() throws Exception {
    try (var node = MusterProcess.start(data).awaitBanner()) {
      var started = new ArrayList<ProcessHandle>();
      AssertionPoller.awaitAssertion(
          TIMEOUT,
          () -> {
            ProcessHandle.of(node.pid()).orElseThrow().descendants().forEach(started::add);
            assertThat(started).anyMatch(ServeIT::isInitdb);
          });
      for (var initdb : started.stream().filter(ServeIT::isInitdb).toList()) {
        freeze(initdb);
      }

      assertThat(node.stop(TIMEOUT)).isEqualTo(143);

      assertThat(started).noneMatch(ProcessHandle::isAlive);
    }
  }

  /** It would otherwise end by itself within a second. */
  private static void freeze(ProcessHandle process) throws Exception {
    new ProcessBuilder("kill", "-STOP", String.valueOf(process.pid())).start().waitFor();
  }

  private static boolean isInitdb(ProcessHandle process) {
    return process.info().command().filter(path -> path.endsWith("/initdb")).isPresent();
  }

  private static void awaitOnline(MusterProcess node) {
    AssertionPoller.awaitAssertion(
        TIMEOUT,
        () -> {
          var stat = node.json("/api/user/client_stat?user_id=default");
          assertThat(stat.at("/data/systems_online_number").asInt()).as("%s", stat).isEqualTo(1);
          assertThat(stat.at("/data/systems_total_number").asInt()).isEqualTo(1);
        });
  }
}
