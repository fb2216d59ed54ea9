package io.muster.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.api.socktop.proto.Process;
import io.muster.api.socktop.proto.Processes;
import io.muster.schema.frame.ReservedPort;
import io.muster.testkit.AssertionPoller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests of both WebSocket endpoints with real collectors: that of the same node and, over the bus,
 * that of another node.
 */
@Timeout(300)
@EnabledOnOs(OS.LINUX)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InspectionIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final String LOCAL_HOST = "rack-1";
  private static final String REMOTE_HOST = "rack-7";
  private static final String FRAMES_METRIC = "muster_api_frames_accepted_total";
  private static final String INSPECTIONS_METRIC =
      "muster_collector_inspections_total{kind=\"vitals\"}";
  private static final long OWN_PID = ProcessHandle.current().pid();

  @AutoClose private final ReservedPort clusterPort = new ReservedPort();
  private Path data;
  private MusterProcess node;

  @BeforeAll
  void start(@TempDir Path directory) {
    data = directory;
    node =
        MusterProcess.start(
                data.resolve("api"),
                "--roles",
                "api,collector",
                "--interval",
                "500ms",
                "--set",
                "collector.hostname=" + LOCAL_HOST,
                "--set",
                "cluster.listen=" + clusterPort.address(),
                "--set",
                "api.metrics_max_age=0",
                "--set",
                "api.limits.websockets_per_address=0",
                "--set",
                "api.limits.upgrades_per_second=0")
            .awaitBanner();
    AssertionPoller.awaitAssertion(
        TIMEOUT, () -> assertThat(node.get("/-/ready").statusCode()).isEqualTo(200));
  }

  @AfterAll
  void close() {
    node.close();
  }

  @Test
  void ws_localHost_matchesThisMachine() throws Exception {
    try (var client = NodeWebSocket.open(node, "/ws")) {
      client.request("get_metrics");
      var metrics = client.request("get_metrics");
      assertThat(metrics.path("hostname").asText()).isEqualTo(LOCAL_HOST);
      assertThat(metrics.path("mem_total").asLong()).isEqualTo(memoryTotalBytes());
      assertThat(metrics.path("mem_used").asLong()).isBetween(1L, memoryTotalBytes());
      assertThat(metrics.path("cpu_total").asDouble()).isBetween(0.0, 100.0);
      assertThat(metrics.path("cpu_per_core")).hasSize(cpuCount());
      assertThat(metrics.path("networks").findValuesAsText("name")).contains("lo");
      assertThat(client.request("get_disks").isArray()).isTrue();
    }
  }

  @Test
  void ws_localHost_listsThisProcess() throws Exception {
    try (var client = NodeWebSocket.open(node, "/ws")) {
      var table = requestProcesses(client);
      assertThat(table.getProcessCount()).isEqualTo(table.getRowsCount());
      var ownProcess = findProcess(table, OWN_PID);
      assertThat(ownProcess.getName()).isEqualTo("java");
      assertThat(ownProcess.getMemBytes()).isGreaterThan(20L << 20);
      assertThat(ownProcess.getCpuUsage()).isBetween(0f, 100f);

      var process = client.request("get_process_metrics:" + OWN_PID).path("process");
      assertThat(process.path("pid").asLong()).isEqualTo(OWN_PID);
      assertThat(process.path("name").asText()).isEqualTo("java");
      assertThat(process.path("child_processes").findValuesAsText("pid"))
          .as("the node is a child of the test")
          .contains("" + node.pid());
      assertThat(client.request("get_process_metrics:4294967295").path("error").asText())
          .isEqualTo("Process 4294967295 not found");
      assertThat(client.request("get_journal_entries:" + OWN_PID).path("entries").isArray())
          .isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/usage?interval=1", "/usage/rack-1?interval=1"})
  void usage_localHost_matchesThisMachine(String target) throws Exception {
    try (var client = NodeWebSocket.open(node, target)) {
      assertThat(client.request("subscribe:usage").path("status").asText()).isEqualTo("subscribed");
      var system = client.nextJson();
      assertThat(system.path("hostname").asText()).isEqualTo(LOCAL_HOST);
      assertThat(system.path("ram_total_mb").asLong()).isEqualTo(memoryTotalBytes() >> 20);
      assertThat(system.path("cpu_count").asInt()).isEqualTo(cpuCount());
      for (int update = 0; update < 2; update++) {
        var usage = client.nextJson();
        assertThat(usage.path("type").asText()).isEqualTo("usage_update");
        assertThat(usage.path("cpu_percent").asDouble()).isBetween(0.0, 100.0);
        assertThat(usage.path("timestamp").asLong())
            .isCloseTo(InstantSource.system().millis() / 1000, within(60L));
      }
    }
  }

  @Tag("slow")
  @Test
  void ws_manyClients_areServedByFourSamplesPerSecondAndNoClientsByNone() throws Exception {
    // At first the requests of earlier tests may still be served.
    AssertionPoller.awaitAssertion(TIMEOUT, this::assertNoInspections);
    var before = inspectionCount();

    var clients = new ArrayList<NodeWebSocket>();
    for (int client = 0; client < 50; client++) {
      clients.add(NodeWebSocket.open(node, "/ws"));
    }
    var startNanos = System.nanoTime();
    for (var elapsedNanos = 0L;
        elapsedNanos < 3_000_000_000L;
        elapsedNanos = System.nanoTime() - startNanos) {
      for (var client : clients) {
        client.send("get_metrics");
      }
      for (var client : clients) {
        assertThat(client.nextJson().path("hostname").asText()).isEqualTo(LOCAL_HOST);
      }
    }
    clients.forEach(NodeWebSocket::close);
    var seconds = (System.nanoTime() - startNanos) / 1e9;
    var sampleCount = inspectionCount() - before;
    assertThat(sampleCount).as("in %s s", seconds).isBetween(1.0, 4 * seconds + 1);

    AssertionPoller.awaitAssertion(TIMEOUT, this::assertNoInspections);
  }

  @Tag("slow")
  @Test
  void webSockets_remoteHost_isServedAndReportedAsStale() throws Exception {
    try (var remoteCollector = startCollector();
        var byQuery = NodeWebSocket.open(nodeWithRemoteHost(), "/ws?host=" + REMOTE_HOST);
        var byPath = NodeWebSocket.open(node, "/ws/" + REMOTE_HOST);
        var usageSocket = NodeWebSocket.open(node, "/usage/" + REMOTE_HOST + "?interval=1")) {
      assertThat(usageSocket.request("subscribe:usage").path("status").asText())
          .isEqualTo("subscribed");
      assertThat(usageSocket.nextJson().path("hostname").asText()).isEqualTo(REMOTE_HOST);
      assertThat(usageSocket.nextJson().path("type").asText()).isEqualTo("usage_update");
      assertThat(byPath.request("get_metrics").path("hostname").asText()).isEqualTo(REMOTE_HOST);
      var table = requestProcesses(byQuery);
      assertThat(table.getRowsList())
          .extracting(Process::getName)
          .allMatch(InspectionIT::hasHostPrefix);
      assertThat(findProcess(table, remoteCollector.pid()).getName())
          .isEqualTo(REMOTE_HOST + ":java");
      assertThat(requestProcess(byQuery, remoteCollector.pid()).path("name").asText())
          .isEqualTo(REMOTE_HOST + ":java");

      var first = byQuery.request("get_metrics").path("sampled_at_ms").asLong();
      remoteCollector.kill();
      var last = byQuery.request("get_metrics");
      assertThat(last.path("sampled_at_ms").asLong()).isGreaterThanOrEqualTo(first);
      assertThat(byQuery.request("get_metrics")).as("returned again").isEqualTo(last);
      assertThat(byPath.request("get_metrics").path("hostname").asText()).isEqualTo(REMOTE_HOST);
      var staleSinceSeconds = awaitStale(usageSocket).path("since").asLong();
      assertThat(staleSinceSeconds)
          .isCloseTo(last.path("sampled_at_ms").asLong() / 1000, within(30L));

      try (var restartedCollector = startCollector()) {
        AssertionPoller.awaitAssertion(
            TIMEOUT,
            () ->
                assertThat(byQuery.request("get_metrics").path("sampled_at_ms").asLong())
                    .isGreaterThan(last.path("sampled_at_ms").asLong()));
        assertThat(findProcess(requestProcesses(byQuery), restartedCollector.pid()).getName())
            .isEqualTo(REMOTE_HOST + ":java");
        assertThat(awaitUpdate(usageSocket).path("timestamp").asLong())
            .isGreaterThan(staleSinceSeconds);
      }
    }
  }

  private MusterProcess startCollector() {
    return MusterProcess.start(
            data.resolve("collector"),
            "--roles",
            "collector",
            "--join",
            clusterPort.address(),
            "--interval",
            "500ms",
            "--set",
            "collector.hostname=" + REMOTE_HOST)
        .awaitBanner();
  }

  /** Returns the node once it lists the remote host. */
  private MusterProcess nodeWithRemoteHost() {
    AssertionPoller.awaitAssertion(
        TIMEOUT, () -> assertThat(node.get("/hosts").body()).contains(REMOTE_HOST));
    return node;
  }

  private void assertNoInspections() throws Exception {
    var before = inspectionCount();
    awaitTicks(4);
    assertThat(inspectionCount()).as("inspections without clients").isEqualTo(before);
  }

  private void awaitTicks(int number) throws Exception {
    var before = node.metricValue(FRAMES_METRIC);
    AssertionPoller.awaitAssertion(
        TIMEOUT, () -> assertThat(node.metricValue(FRAMES_METRIC)).isGreaterThan(before + number));
  }

  private double inspectionCount() throws Exception {
    return MetricsExposition.parse(node.get("/metrics").body())
        .samples()
        .getOrDefault(INSPECTIONS_METRIC, Double.NaN);
  }

  private static JsonNode awaitStale(NodeWebSocket usageSocket) throws Exception {
    var message = usageSocket.nextJson();
    while (!message.path("status").asText().equals("stale")) {
      message = usageSocket.nextJson();
    }
    assertThat(message.path("host").asText()).isEqualTo(REMOTE_HOST);
    return message;
  }

  /** Returns the next message, which must be an update. */
  private static JsonNode awaitUpdate(NodeWebSocket usageSocket) throws Exception {
    var message = usageSocket.nextJson();
    assertThat(message.path("type").asText()).as("%s", message).isEqualTo("usage_update");
    return message;
  }

  private static JsonNode requestProcess(NodeWebSocket client, long pid) throws Exception {
    return client.request("get_process_metrics:" + pid).path("process");
  }

  private static Processes requestProcesses(NodeWebSocket client) throws Exception {
    return Processes.parseFrom(client.send("get_processes").nextMessage());
  }

  private static Process findProcess(Processes table, long pid) {
    return table.getRowsList().stream()
        .filter(row -> row.getPid() == pid)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no process " + pid));
  }

  private static boolean hasHostPrefix(String name) {
    return name.startsWith(REMOTE_HOST + ":");
  }

  private static long memoryTotalBytes() throws IOException {
    var matcher =
        Pattern.compile("MemTotal: +(\\d+) kB").matcher(Files.readString(Path.of("/proc/meminfo")));
    assertThat(matcher.find()).isTrue();
    return Long.parseLong(matcher.group(1)) << 10;
  }

  private static int cpuCount() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/stat"))) {
      return (int) lines.filter(line -> line.matches("cpu\\d+ .*")).count();
    }
  }
}
