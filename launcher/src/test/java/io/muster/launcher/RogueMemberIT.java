package io.muster.launcher;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.bus.Address;
import io.muster.launcher.RogueMember.ForgedFrame;
import io.muster.runtime.config.Secret;
import io.muster.schema.frame.FrameTestData;
import io.muster.schema.frame.ReservedPort;
import io.muster.schema.json.WireJson;
import io.muster.testkit.AssertionPoller;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Attacks of a member that knows the secret on a node that serves an honest host, in a heap of 160
 * MB that must suffice.
 */
@Tag("slow")
class RogueMemberIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final String HONEST = "honest-7";
  private static final int MAX_HOSTS = 20;
  private static final long YEAR_MILLIS = Duration.ofDays(365).toMillis();

  @TempDir private Path data;
  @AutoClose private final ReservedPort clusterPort = new ReservedPort();

  private MusterProcess node;
  private RogueMember rogue;

  @BeforeEach
  void start() throws Exception {
    var secretFile = Files.writeString(data.resolve("secret"), Secret.random(32).text() + "\n");
    var options = List.of("-Xmx160m", "-XX:+ExitOnOutOfMemoryError");
    var arguments =
        MusterProcess.serveArguments(
            data.resolve("node"),
            "--interval",
            "500ms",
            "--set",
            "collector.hostname=" + HONEST,
            "--set",
            "api.max_hosts=" + MAX_HOSTS,
            "--set",
            "cluster.listen=" + clusterPort.address(),
            "--set",
            "cluster.secret_file=" + secretFile);
    node = MusterProcess.run(options, arguments).awaitBanner();
    rogue = RogueMember.join(clusterPort.address(), secretFile);
    assertThat(rogue.memberCount()).isEqualTo(2);
    rogue.publishFrame(new ForgedFrame("valid").bytes());
    awaitMetric("muster_api_frames_accepted_total", 1);
  }

  @AfterEach
  void stop() {
    rogue.close();
    node.close();
  }

  @Test
  void brokenFrames_areRejectedAndTheHonestHostIsServed() throws Exception {
    awaitRejections(0);
    var frames = brokenFrames();

    try (var clients = HostClients.connect(node, HONEST)) {
      for (var frame : frames) {
        rogue.publishFrame(frame);
        assertHonestHostIsServed();
        clients.assertAnswered();
      }
      awaitRejections(frames.size() + publishOtherMessages());
      clients.assertFollowed(List.of("valid"));
    }

    for (var reason : List.of("malformed", "host", "time", "section")) {
      assertThat(rejected(reason)).as(reason).isPositive();
    }
    assertHonestHostIsServed();
    assertThat(hostNames()).containsExactlyInAnyOrder(HONEST, "valid");
    assertThat(node.output()).contains("frame was rejected").doesNotContain("ERROR", "\u001b");
    assertThat(node.output().lines().filter(line -> line.contains("frame was rejected")))
        .hasSizeLessThan(60);
  }

  @Test
  void frames_ofManyHosts_stopAtTheLimit() throws Exception {
    for (var host = 0; host < 20_000; host++) {
      rogue.publishFrame(new ForgedFrame("host-" + host).bytes());
      if (host % 5_000 == 0) {
        assertHonestHostIsServed();
      }
    }

    AssertionPoller.awaitAssertion(
        TIMEOUT, () -> assertThat(rejected("hosts")).isGreaterThanOrEqualTo(19_982));
    assertThat(hostNames()).hasSize(MAX_HOSTS).contains(HONEST);
    assertHonestHostIsServed();
  }

  @Test
  void frames_ofTheHonestHost_doNotReplaceItsFrameForLong() throws Exception {
    var honestBoot = InstantSource.system().millis();
    for (var sequence : List.of(Long.MAX_VALUE, 1L)) {
      rogue.publishFrame(new ForgedFrame(HONEST).boot(0).sequence(sequence).bytes());
      rogue.publishFrame(
          new ForgedFrame(HONEST).boot(honestBoot + YEAR_MILLIS).sequence(sequence).bytes());
      assertHonestHostIsServed();
    }
  }

  @Test
  void calls_withBrokenArguments_areAnsweredOrIgnored() throws Exception {
    for (var method : List.of("collect", "vitals", "processes", "process", "no such method")) {
      for (var length : List.of(Integer.MAX_VALUE, -1, -2, 5, 0)) {
        rogue.call(HONEST, method, Buffer.buffer().appendInt(length).appendString("[]"));
      }
      rogue.call(HONEST, method, Buffer.buffer("x"));
      rogue.call(HONEST, method, Buffer.buffer());
    }
    for (var body : Stream.of("text", 1, Buffer.buffer("process"), new JsonObject()).toList()) {
      rogue.vertx().eventBus().send(Address.collector(HONEST), body);
      rogue.vertx().eventBus().publish(Address.collector(HONEST), body);
    }

    assertHonestHostIsServed();
    assertThat(node.output()).doesNotContain("ERROR", "Unhandled exception");
  }

  /** On a busy machine the collector may be late, and its host silent for a moment. */
  private void assertHonestHostIsServed() throws Exception {
    assertThat(node.get("/healthz").statusCode()).isEqualTo(200);
    AssertionPoller.awaitAssertion(TIMEOUT, this::assertHonestHostIsAlive);
    for (var path : List.of("/snapshot", "/snapshot?pretty=1&include=process")) {
      assertThat(node.json(path).findValuesAsText("host_id")).as(path).allMatch(HONEST::equals);
    }
    assertThat(node.json("/sd").findValuesAsText("instance")).contains(HONEST);
    assertThat(node.json("/hosts").toString()).doesNotContain("evil");
  }

  private void assertHonestHostIsAlive() throws Exception {
    var frame = node.json("/snapshot?pretty=1&include=cpu,memory,chassis&host=" + HONEST);
    assertThat(frame.path("hostname").asText()).isEqualTo(HONEST);
    assertThat(frame.path("cpus")).as("%s", frame).hasSize(1);
    assertThat(node.get("/metrics").body())
        .contains("all_smi_up{instance=\"" + HONEST + "\", hostname=\"" + HONEST + "\"} 1")
        .doesNotContain("evil");
  }

  private List<String> hostNames() throws Exception {
    return node.json("/hosts").path("hosts").findValuesAsText("host_id");
  }

  private long rejected(String reason) throws Exception {
    return node.get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith("muster_api_frames_rejected_total{reason=\"" + reason))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.indexOf(' '))))
        .sum();
  }

  private void awaitRejections(int count) {
    AssertionPoller.awaitAssertion(
        TIMEOUT,
        () ->
            assertThat(
                    rejected("malformed")
                        + rejected("host")
                        + rejected("time")
                        + rejected("section"))
                .as("rejected frames; output:%n%s", node.output())
                .isEqualTo(count));
  }

  private void awaitMetric(String name, long atLeast) {
    AssertionPoller.awaitAssertion(
        TIMEOUT, () -> assertThat(node.metricValue(name)).isGreaterThanOrEqualTo(atLeast));
  }

  /** Publishes messages that are not frames at the address of frames; returns their number. */
  private int publishOtherMessages() {
    var options = new DeliveryOptions().setCodecName("muster.parcel");
    var bus = rogue.vertx().eventBus();
    bus.publish(Address.FRAMES, "evil");
    bus.publish(Address.FRAMES, 7);
    bus.publish(Address.FRAMES, new JsonObject().put("evil", true));
    bus.publish(Address.FRAMES, Buffer.buffer("evil"), options);
    return 4;
  }

  private static List<Buffer> brokenFrames() {
    return Stream.of(brokenEnvelopes(), brokenHeaders(), brokenSections())
        .flatMap(all -> all)
        .toList();
  }

  private static Stream<Buffer> brokenEnvelopes() {
    var valid = new ForgedFrame("evil").bytes();
    return Stream.of(
        Buffer.buffer(),
        Buffer.buffer("evil"),
        valid.getBuffer(0, valid.length() - 1),
        valid.copy().setByte(0, (byte) 9),
        valid.copy().setInt(66, Integer.MAX_VALUE),
        valid.copy().setInt(66, -1),
        new ForgedFrame("evil").errors("[{}]").bytes(),
        new ForgedFrame("evil").errors("[".repeat(100_000)).bytes());
  }

  private static Stream<Buffer> brokenHeaders() {
    var ahead = InstantSource.system().millis() + YEAR_MILLIS;
    return Stream.of(
            new ForgedFrame(""),
            new ForgedFrame("e".repeat(10_240)),
            new ForgedFrame("evil\nforged line"),
            new ForgedFrame("evil\u001b[31m"),
            new ForgedFrame("").host(new byte[] {(byte) 0xFF, 'e'}),
            new ForgedFrame("evil").clientId("'; drop table client"),
            new ForgedFrame("evil").boot(-1),
            new ForgedFrame("evil").boot(Long.MAX_VALUE),
            new ForgedFrame("evil").at(-1),
            new ForgedFrame("evil").at(Long.MIN_VALUE),
            new ForgedFrame("evil").at(Long.MAX_VALUE),
            new ForgedFrame("evil").at(ahead),
            new ForgedFrame("evil").sequence(0),
            new ForgedFrame("evil").interval(0),
            new ForgedFrame("evil").interval(Integer.MAX_VALUE))
        .map(ForgedFrame::bytes);
  }

  private static Stream<Buffer> brokenSections() {
    var gpu = new String(WireJson.bytes(FrameTestData.gpu("evil")), UTF_8);
    return Stream.of(
            "",
            "x",
            "[}{]",
            "[],[]",
            "[{}]",
            "[null]",
            "[{\"a\":1,\"a\":2}]",
            "[NaN]",
            "[1e999]",
            "[\n\nevent: forged\n\n]",
            "[".repeat(100_000) + "]".repeat(100_000),
            "[\"" + "x".repeat(15_000_000) + "\"]",
            "[" + (gpu + ",").repeat(1_000) + gpu + "]",
            "[" + gpu.replace("evil", HONEST) + "]",
            "[" + gpu.replace("NVIDIA", "\u00ff") + "]")
        .map(json -> new ForgedFrame("evil").section("gpu", json.getBytes(ISO_8859_1)).bytes());
  }
}
