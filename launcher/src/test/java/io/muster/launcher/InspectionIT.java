package io.muster.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.api.socktop.proto.Process;
import io.muster.api.socktop.proto.Processes;
import io.muster.testkit.AssertionPoller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Both doors for WebSockets in front of real collectors: that of their own node, and over the bus
 * that of another.
 */
@Timeout(300)
@EnabledOnOs(OS.LINUX)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InspectionIT {
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final String HERE = "rack-1";
  private static final String ELSEWHERE = "rack-7";
  private static final String TICKS = "muster_api_frames_accepted_total";
  private static final String INSPECTIONS = "muster_collector_inspections_total{kind=\"vitals\"}";
  private static final long OWN_PID = ProcessHandle.current().pid();

  private final String seed = "127.0.0.1:" + MusterProcess.freePort();
  private Path data;
  private MusterProcess node;

  @BeforeAll
  void start(@TempDir Path directory) {
    data = directory;
    node =
        MusterProcess.start(
                data.resolve("doors"),
                "--roles",
                "api,collector",
                "--interval",
                "500ms",
                "--set",
                "collector.hostname=" + HERE,
                "--set",
                "cluster.listen=" + seed,
                "--set",
                "api.metrics_max_age=0",
                "--set",
                "api.limits.websockets_per_address=0",
                "--set",
                "api.limits.upgrades_per_second=0")
            .awaitBanner();
    AssertionPoller.awaitAssertion(
        SOON, () -> assertThat(node.get("/-/ready").statusCode()).isEqualTo(200));
  }

  @AfterAll
  void close() {
    node.close();
  }

  @Test
  void ws_tellsTheTruthAboutThisMachine() throws Exception {
    try (var client = NodeSocket.open(node, "/ws")) {
      client.ask("get_metrics");
      var metrics = client.ask("get_metrics");
      assertThat(metrics.path("hostname").asText()).isEqualTo(HERE);
      assertThat(metrics.path("mem_total").asLong()).isEqualTo(memoryTotalBytes());
      assertThat(metrics.path("mem_used").asLong()).isBetween(1L, memoryTotalBytes());
      assertThat(metrics.path("cpu_total").asDouble()).isBetween(0.0, 100.0);
      assertThat(metrics.path("cpu_per_core")).hasSize(cpus());
      assertThat(metrics.path("networks").findValuesAsText("name")).contains("lo");
      assertThat(client.ask("get_disks").isArray()).isTrue();
    }
  }

  @Test
  void ws_showsThisProcess() throws Exception {
    try (var client = NodeSocket.open(node, "/ws")) {
      var table = processes(client);
      assertThat(table.getProcessCount()).isEqualTo(table.getRowsCount());
      var own = row(table, OWN_PID);
      assertThat(own.getName()).isEqualTo("java");
      assertThat(own.getMemBytes()).isGreaterThan(20L << 20);
      assertThat(own.getCpuUsage()).isBetween(0f, 100f);

      var process = client.ask("get_process_metrics:" + OWN_PID).path("process");
      assertThat(process.path("pid").asLong()).isEqualTo(OWN_PID);
      assertThat(process.path("name").asText()).isEqualTo("java");
      assertThat(process.path("child_processes").findValuesAsText("pid"))
          .as("the node is a child of the test")
          .contains("" + node.pid());
      assertThat(client.ask("get_process_metrics:4294967295").path("error").asText())
          .isEqualTo("Process 4294967295 not found");
      assertThat(client.ask("get_journal_entries:" + OWN_PID).path("entries").isArray()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/usage?interval=1", "/usage/rack-1?interval=1"})
  void usage_tellsTheTruthAboutThisMachine(String target) throws Exception {
    try (var client = NodeSocket.open(node, target)) {
      assertThat(client.ask("subscribe:usage").path("status").asText()).isEqualTo("subscribed");
      var system = client.nextJson();
      assertThat(system.path("hostname").asText()).isEqualTo(HERE);
      assertThat(system.path("ram_total_mb").asLong()).isEqualTo(memoryTotalBytes() >> 20);
      assertThat(system.path("cpu_count").asInt()).isEqualTo(cpus());
      for (int update = 0; update < 2; update++) {
        var usage = client.nextJson();
        assertThat(usage.path("type").asText()).isEqualTo("usage_update");
        assertThat(usage.path("cpu_percent").asDouble()).isBetween(0.0, 100.0);
        assertThat(usage.path("timestamp").asLong())
            .isCloseTo(InstantSource.system().millis() / 1000, within(3L));
      }
    }
  }

  @Test
  void ws_manyClients_areServedByFourSamplingsASecondAndNobodyByNone() throws Exception {
    awaitTicks(4); // Those who came before have been answered.
    var before = inspections();
    awaitTicks(4);
    assertThat(inspections()).as("nobody asks").isEqualTo(before);

    var clients = new ArrayList<NodeSocket>();
    for (int client = 0; client < 50; client++) {
      clients.add(NodeSocket.open(node, "/ws"));
    }
    var begin = System.nanoTime();
    for (var elapsed = 0L; elapsed < 3_000_000_000L; elapsed = System.nanoTime() - begin) {
      for (var client : clients) {
        client.say("get_metrics");
      }
      for (var client : clients) {
        assertThat(client.nextJson().path("hostname").asText()).isEqualTo(HERE);
      }
    }
    clients.forEach(NodeSocket::close);
    var seconds = (System.nanoTime() - begin) / 1e9;
    var sampled = inspections() - before;
    assertThat(sampled).as("in %s s", seconds).isBetween(seconds, 4 * seconds + 1);

    before += sampled;
    awaitTicks(4);
    assertThat(inspections()).as("everybody left").isEqualTo(before);
  }

  @Test
  void doors_anotherHost_isShownAndItsSilenceToo() throws Exception {
    try (var other = collector();
        var asked = NodeSocket.open(awaitHost(), "/ws?host=" + ELSEWHERE);
        var byPath = NodeSocket.open(node, "/ws/" + ELSEWHERE);
        var told = NodeSocket.open(node, "/usage/" + ELSEWHERE + "?interval=1")) {
      assertThat(told.ask("subscribe:usage").path("status").asText()).isEqualTo("subscribed");
      assertThat(told.nextJson().path("hostname").asText()).isEqualTo(ELSEWHERE);
      assertThat(told.nextJson().path("type").asText()).isEqualTo("usage_update");
      assertThat(byPath.ask("get_metrics").path("hostname").asText()).isEqualTo(ELSEWHERE);
      var table = processes(asked);
      assertThat(table.getRowsList()).extracting(Process::getName).allMatch(InspectionIT::isMarked);
      assertThat(row(table, other.pid()).getName()).isEqualTo(ELSEWHERE + ":java");
      assertThat(process(asked, other.pid()).path("name").asText()).isEqualTo(ELSEWHERE + ":java");

      var first = asked.ask("get_metrics").path("sampled_at_ms").asLong();
      other.kill();
      var last = asked.ask("get_metrics");
      assertThat(last.path("sampled_at_ms").asLong()).isGreaterThanOrEqualTo(first);
      assertThat(asked.ask("get_metrics")).as("shown again").isEqualTo(last);
      assertThat(byPath.ask("get_metrics").path("hostname").asText()).isEqualTo(ELSEWHERE);
      var since = awaitStale(told).path("since").asLong();
      assertThat(since).isCloseTo(last.path("sampled_at_ms").asLong() / 1000, within(2L));

      try (var again = collector()) {
        AssertionPoller.awaitAssertion(
            SOON,
            () ->
                assertThat(asked.ask("get_metrics").path("sampled_at_ms").asLong())
                    .isGreaterThan(last.path("sampled_at_ms").asLong()));
        assertThat(row(processes(asked), again.pid()).getName()).isEqualTo(ELSEWHERE + ":java");
        assertThat(awaitUpdate(told).path("timestamp").asLong()).isGreaterThan(since);
      }
    }
  }

  private MusterProcess collector() {
    return MusterProcess.start(
            data.resolve("collector"),
            "--roles",
            "collector",
            "--join",
            seed,
            "--interval",
            "500ms",
            "--set",
            "collector.hostname=" + ELSEWHERE)
        .awaitBanner();
  }

  /** The node, when it has heard of the other host. */
  private MusterProcess awaitHost() {
    AssertionPoller.awaitAssertion(
        SOON, () -> assertThat(node.get("/hosts").body()).contains(ELSEWHERE));
    return node;
  }

  private void awaitTicks(int number) throws Exception {
    var before = node.counter(TICKS);
    AssertionPoller.awaitAssertion(
        SOON, () -> assertThat(node.counter(TICKS)).isGreaterThan(before + number));
  }

  private double inspections() throws Exception {
    return SelfMetrics.parse(node.get("/metrics").body())
        .samples()
        .getOrDefault(INSPECTIONS, Double.NaN);
  }

  private static JsonNode awaitStale(NodeSocket told) throws Exception {
    var message = told.nextJson();
    while (!message.path("status").asText().equals("stale")) {
      message = told.nextJson();
    }
    assertThat(message.path("host").asText()).isEqualTo(ELSEWHERE);
    return message;
  }

  /** Nothing else comes before it. */
  private static JsonNode awaitUpdate(NodeSocket told) throws Exception {
    var message = told.nextJson();
    assertThat(message.path("type").asText()).as("%s", message).isEqualTo("usage_update");
    return message;
  }

  private static JsonNode process(NodeSocket client, long pid) throws Exception {
    return client.ask("get_process_metrics:" + pid).path("process");
  }

  private static Processes processes(NodeSocket client) throws Exception {
    return Processes.parseFrom(client.say("get_processes").next());
  }

  private static Process row(Processes table, long pid) {
    return table.getRowsList().stream()
        .filter(row -> row.getPid() == pid)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no process " + pid));
  }

  private static boolean isMarked(String name) {
    return name.startsWith(ELSEWHERE + ":");
  }

  private static long memoryTotalBytes() throws IOException {
    var matcher =
        Pattern.compile("MemTotal: +(\\d+) kB").matcher(Files.readString(Path.of("/proc/meminfo")));
    assertThat(matcher.find()).isTrue();
    return Long.parseLong(matcher.group(1)) << 10;
  }

  private static int cpus() throws IOException {
    try (var lines = Files.lines(Path.of("/proc/stat"))) {
      return (int) lines.filter(line -> line.matches("cpu\\d+ .*")).count();
    }
  }
}
