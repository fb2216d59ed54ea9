package io.muster.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.testkit.AssertionPoller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For a minute the collector, the aggregator and PostgreSQL are killed at random moments and
 * started again. Then what was sent and what is stored are compared: the same heartbeats, each
 * once.
 */
@Tag("slow")
class HeartbeatChaosIT {
  private static final Logger log = LoggerFactory.getLogger(HeartbeatChaosIT.class);
  private static final Duration CHAOS = Duration.ofMinutes(1);
  private static final Duration HEALED = Duration.ofMinutes(3);
  private static final String PREFIX = "muster_collector_heartbeats_";
  private static final Pattern SENT =
      Pattern.compile("heartbeats sent client=([0-9a-f]{32}) at_millis=\\[([0-9, ]+)]");

  @TempDir private Path data;

  private final String here = "127.0.0.1:" + MusterProcess.freePort();
  private final String there = "127.0.0.1:" + MusterProcess.freePort();
  private final long seed = Long.getLong("muster.chaos.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<MusterProcess> collectors = new ArrayList<>();
  private final List<MusterProcess> aggregators = new ArrayList<>();

  @Test
  void heartbeats_everythingIsKilledAgainAndAgain_areAllStoredExactlyOnce() throws Exception {
    log.info("chaos begins seed={}", seed);
    try {
      startCollector();
      startAggregator();
      awaitStored(10);
      var kills = chaos();
      awaitStored(last(collectors).counter(PREFIX + "recorded_total"));

      AssertionPoller.awaitAssertion(HEALED, this::assertSentIsStored);
      last(collectors).kill();
      AssertionPoller.awaitAssertion(HEALED, this::assertDaysAreOfWhatIsStored);
      assertThat(kills.keySet()).as("victims, seed %d", seed).hasSize(Victim.values().length);
    } finally {
      Stream.concat(collectors.stream(), aggregators.stream()).forEach(MusterProcess::close);
    }
  }

  private Map<Victim, Integer> chaos() throws IOException {
    var kills = new EnumMap<Victim, Integer>(Victim.class);
    for (var end = System.nanoTime() + CHAOS.toNanos(); System.nanoTime() < end; ) {
      // A little longer than a start takes, or less: what is starting is killed, too.
      pause(Duration.ofMillis(500 + random.nextInt(6000)));
      var victim = Victim.values()[random.nextInt(Victim.values().length)];
      kills.merge(victim, 1, Integer::sum);
      switch (victim) {
        case COLLECTOR -> {
          last(collectors).kill();
          pause(Duration.ofMillis(random.nextInt(2000)));
          startCollector();
        }
        case AGGREGATOR -> {
          last(aggregators).kill();
          pause(Duration.ofMillis(random.nextInt(2000)));
          startAggregator();
        }
        case POSTGRES -> killPostgres();
      }
    }
    log.info("chaos ends kills={}", kills);
    return kills;
  }

  private void startCollector() {
    collectors.add(
        MusterProcess.start(
            data.resolve("collector"),
            "--roles",
            "collector,api",
            "--set",
            "cluster.listen=" + here,
            "--join",
            here + "," + there,
            "--simulate",
            "4x2xH100",
            "--interval",
            "200ms",
            "--set",
            "collector.heartbeat_interval=1s",
            "--set",
            "collector.heartbeat_timeout=3s",
            "--set",
            "log.debug=true"));
  }

  private void startAggregator() {
    aggregators.add(
        MusterProcess.start(
            data.resolve("aggregator"),
            "--roles",
            "api,aggregator,registry",
            "--set",
            "cluster.listen=" + there,
            "--join",
            here + "," + there,
            "--set",
            "aggregator.batch_wait=20ms"));
  }

  /** The postmaster, whose workers follow it; nothing while it is away. */
  private void killPostgres() throws IOException {
    var file = data.resolve("aggregator/database-17/postmaster.pid");
    if (Files.exists(file)) {
      var pid = Long.parseLong(Files.readAllLines(file).get(0).strip());
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  private void awaitStored(long count) {
    AssertionPoller.awaitAssertion(
        HEALED,
        () ->
            assertThat(last(collectors).awaitBanner().counter(PREFIX + "acknowledged_total"))
                .isGreaterThanOrEqualTo(count));
  }

  /** Every collector that there was has said what it sent before it sent it. */
  private void assertSentIsStored() throws IOException, InterruptedException {
    assertThat(last(collectors).counter(PREFIX + "pending")).isLessThan(30);
    for (var counter : List.of("lost_total", "refused_total", "out_of_range_total")) {
      assertThat(last(collectors).counter(PREFIX + counter)).as(counter).isZero();
    }
    var until = Instant.ofEpochMilli(newestSent()).minusSeconds(10);
    var stored = stored(until);

    assertThat(stored).doesNotHaveDuplicates();
    assertThat(new TreeSet<>(stored)).as("seed %d", seed).isEqualTo(sent(until));
    assertThat(stored).hasSizeGreaterThan(100);
  }

  private void assertDaysAreOfWhatIsStored() throws IOException, InterruptedException {
    var days = last(aggregators).json("/api/user/client_monitor?user_id=default");
    var heartbeats = days.get("data").findValues("total_heartbeats");

    assertThat(heartbeats.stream().mapToInt(JsonNode::asInt).sum())
        .isEqualTo(stored(Instant.MAX).size());
  }

  private long newestSent() {
    return sent().flatMap(sent -> sent.atMillis().stream()).max(Long::compare).orElseThrow();
  }

  private Set<String> sent(Instant until) {
    var sent = new TreeSet<String>();
    sent()
        .forEach(
            batch ->
                batch.atMillis().stream()
                    .filter(at -> at < until.toEpochMilli())
                    .forEach(at -> sent.add(batch.client() + " " + Instant.ofEpochMilli(at))));
    return sent;
  }

  private Stream<Sent> sent() {
    return collectors.stream()
        .flatMap(process -> SENT.matcher(process.output()).results().toList().stream())
        .map(
            found ->
                new Sent(
                    found.group(1),
                    Stream.of(found.group(2).split(", ")).map(Long::valueOf).toList()));
  }

  private List<String> stored(Instant until) throws IOException, InterruptedException {
    var beats = new ArrayList<String>();
    var answer = last(aggregators).awaitBanner().json("/api/user/client_health?user_id=default");
    for (var beat : answer.get("data")) {
      var at = Instant.parse(beat.get("timestamp").asText());
      if (at.isBefore(until)) {
        beats.add(beat.get("client_id").asText() + " " + at);
      }
    }
    return beats;
  }

  private static MusterProcess last(List<MusterProcess> processes) {
    return processes.get(processes.size() - 1);
  }

  private static void pause(Duration duration) {
    var end = System.nanoTime() + duration.toNanos();
    for (var left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private enum Victim {
    COLLECTOR,
    AGGREGATOR,
    POSTGRES
  }

  private record Sent(String client, List<Long> atMillis) {}
}
