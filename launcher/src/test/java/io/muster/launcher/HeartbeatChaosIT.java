package io.muster.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.muster.schema.frame.ReservedPort;
import io.muster.testkit.AssertionPoller;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For a minute the collector, the aggregator and PostgreSQL are killed at random moments and
 * started again. Then every heartbeat that was sent must be stored exactly once, and no other.
 */
@Tag("slow")
class HeartbeatChaosIT {
  private static final Logger log = LoggerFactory.getLogger(HeartbeatChaosIT.class);
  private static final Duration CHAOS_DURATION =
      Duration.ofSeconds(Long.getLong("muster.chaos.seconds", 60));
  private static final Duration RECOVERY_TIMEOUT = Duration.ofMinutes(3);
  private static final String PREFIX = "muster_collector_heartbeats_";
  private static final Pattern SENT =
      Pattern.compile("heartbeats sent client=([0-9a-f]{32}) at_millis=\\[([0-9, ]+)]");

  @TempDir private Path data;

  @AutoClose private final ReservedPort collectorPort = new ReservedPort();
  @AutoClose private final ReservedPort aggregatorPort = new ReservedPort();
  private final long seed = Long.getLong("muster.chaos.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final List<KillTarget> undrawnTargets = new ArrayList<>();
  private final List<MusterProcess> collectors = new ArrayList<>();
  private final List<MusterProcess> aggregators = new ArrayList<>();

  @Test
  void heartbeats_processesKilledRepeatedly_areStoredExactlyOnce() throws Exception {
    log.info("random kills started seed={}", seed);
    try {
      startCollector();
      startAggregator();
      awaitAcknowledged(10);
      var kills = killAtRandom();
      awaitAcknowledged(latest(collectors).awaitBanner().metricValue(PREFIX + "recorded_total"));

      AssertionPoller.awaitAssertion(RECOVERY_TIMEOUT, this::assertSentHeartbeatsAreStored);
      latest(collectors).kill();
      AssertionPoller.awaitAssertion(RECOVERY_TIMEOUT, this::assertDaysMatchStoredHeartbeats);
      assertThat(kills.keySet())
          .as("killed processes, seed %d", seed)
          .hasSize(KillTarget.values().length);
    } finally {
      Stream.concat(collectors.stream(), aggregators.stream()).forEach(MusterProcess::close);
    }
  }

  private Map<KillTarget, Integer> killAtRandom() throws IOException {
    var kills = new EnumMap<KillTarget, Integer>(KillTarget.class);
    var endNanos = System.nanoTime() + CHAOS_DURATION.toNanos();
    while (System.nanoTime() < endNanos || kills.size() < KillTarget.values().length) {
      // Up to a little longer than a start takes, so that processes are also killed while starting.
      pause(Duration.ofMillis(500 + random.nextInt(6000)));
      var target = nextTarget();
      kills.merge(target, 1, Integer::sum);
      switch (target) {
        case COLLECTOR -> {
          latest(collectors).kill();
          pause(Duration.ofMillis(random.nextInt(2000)));
          startCollector();
        }
        case AGGREGATOR -> {
          latest(aggregators).kill();
          pause(Duration.ofMillis(random.nextInt(2000)));
          startAggregator();
        }
        case POSTGRES -> killPostgres();
      }
    }
    log.info("random kills ended kills={}", kills);
    return kills;
  }

  /** Draws without replacement until each target was drawn, so that every run kills all of them. */
  private KillTarget nextTarget() {
    if (undrawnTargets.isEmpty()) {
      undrawnTargets.addAll(List.of(KillTarget.values()));
      Collections.shuffle(undrawnTargets, random);
    }
    return undrawnTargets.remove(0);
  }

  private void startCollector() {
    collectors.add(
        MusterProcess.start(
            data.resolve("collector"),
            "--roles",
            "collector,api",
            "--set",
            "cluster.listen=" + collectorPort.address(),
            "--join",
            collectorPort.address() + "," + aggregatorPort.address(),
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
            "cluster.listen=" + aggregatorPort.address(),
            "--join",
            collectorPort.address() + "," + aggregatorPort.address(),
            "--set",
            "aggregator.batch_wait=20ms"));
  }

  /** Kills the postmaster, whose workers end with it; does nothing while there is none. */
  private void killPostgres() throws IOException {
    MusterProcess.findPostmaster(data.resolve("aggregator"))
        .ifPresent(ProcessHandle::destroyForcibly);
  }

  private void awaitAcknowledged(long count) {
    AssertionPoller.awaitAssertion(
        RECOVERY_TIMEOUT,
        () ->
            assertThat(latest(collectors).awaitBanner().metricValue(PREFIX + "acknowledged_total"))
                .isGreaterThanOrEqualTo(count));
  }

  /** Each collector logs the heartbeats of a batch before it sends them. */
  private void assertSentHeartbeatsAreStored() throws IOException, InterruptedException {
    assertThat(latest(collectors).metricValue(PREFIX + "pending")).isLessThan(30);
    for (var counter : List.of("lost_total", "refused_total", "out_of_range_total")) {
      assertThat(latest(collectors).metricValue(PREFIX + counter)).as(counter).isZero();
    }
    var until = Instant.ofEpochMilli(newestSentMillis()).minusSeconds(10);
    var stored = storedHeartbeats(until);

    assertThat(stored).doesNotHaveDuplicates();
    assertThat(new TreeSet<>(stored)).as("seed %d", seed).isEqualTo(sentHeartbeats(until));
    assertThat(stored).hasSizeGreaterThan(100);
  }

  private void assertDaysMatchStoredHeartbeats() throws IOException, InterruptedException {
    var days = latest(aggregators).json("/api/user/client_monitor?user_id=default");
    var heartbeats = days.get("data").findValues("total_heartbeats");

    assertThat(heartbeats.stream().mapToInt(JsonNode::asInt).sum())
        .isEqualTo(storedHeartbeats(Instant.MAX).size());
  }

  private long newestSentMillis() {
    return sentBatches()
        .flatMap(batch -> batch.atMillis().stream())
        .max(Long::compare)
        .orElseThrow();
  }

  private Set<String> sentHeartbeats(Instant until) {
    var heartbeats = new TreeSet<String>();
    sentBatches()
        .forEach(
            batch ->
                batch.atMillis().stream()
                    .filter(at -> at < until.toEpochMilli())
                    .forEach(
                        at -> heartbeats.add(batch.client() + " " + Instant.ofEpochMilli(at))));
    return heartbeats;
  }

  private Stream<SentBatch> sentBatches() {
    return collectors.stream()
        .flatMap(process -> SENT.matcher(process.output()).results().toList().stream())
        .map(
            match ->
                new SentBatch(
                    match.group(1),
                    Stream.of(match.group(2).split(", ")).map(Long::valueOf).toList()));
  }

  private List<String> storedHeartbeats(Instant until) throws IOException, InterruptedException {
    var heartbeats = new ArrayList<String>();
    var response =
        latest(aggregators).awaitBanner().json("/api/user/client_health?user_id=default");
    for (var heartbeat : response.get("data")) {
      var at = Instant.parse(heartbeat.get("timestamp").asText());
      if (at.isBefore(until)) {
        heartbeats.add(heartbeat.get("client_id").asText() + " " + at);
      }
    }
    return heartbeats;
  }

  private static MusterProcess latest(List<MusterProcess> processes) {
    return processes.get(processes.size() - 1);
  }

  private static void pause(Duration duration) {
    var endNanos = System.nanoTime() + duration.toNanos();
    for (var remainingNanos = duration.toNanos();
        remainingNanos > 0;
        remainingNanos = endNanos - System.nanoTime()) {
      LockSupport.parkNanos(remainingNanos);
    }
  }

  private enum KillTarget {
    COLLECTOR,
    AGGREGATOR,
    POSTGRES
  }

  private record SentBatch(String client, List<Long> atMillis) {}
}
