package io.muster.api.usage;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.ManualNanos;
import io.muster.api.fleet.ManualTimers;
import io.muster.api.fleet.TestFrame;
import io.muster.api.usage.UsageSession.UsageOptions;
import io.muster.bus.metrics.MeterFactory;
import io.muster.runtime.node.Clocks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The usage sessions of one event loop, without the handshake, on manual clocks. Time starts at
 * {@link #START}: a multiple of every interval that the tests use, plus a tenth of a second.
 */
final class UsageTestbed {
  static final String HOST = "gpu-server-01";
  static final Instant START = Instant.ofEpochMilli(1_678_901_220_100L);

  private static final Duration STEP = Duration.ofMillis(100);

  private final ManualTimers timers = new ManualTimers();
  private final ManualNanos nanos = new ManualNanos();
  private final FleetView view =
      new FleetView(
          "fleet-1",
          TestFrame.FLEET_LIMITS,
          nanos,
          new MeterFactory(new SimpleMeterRegistry(), "muster.api."));
  private final Map<String, FakeUsageCollector> collectors = new HashMap<>();
  private final List<UsageSession> sessions = new ArrayList<>();
  private final UsageScheduler scheduler;
  private Instant now = START;

  UsageTestbed() {
    this(GpuAggregation.FIRST);
  }

  UsageTestbed(GpuAggregation aggregation) {
    scheduler =
        new UsageScheduler(
            timers.vertx(), new Clocks(() -> now, nanos), view, this::collector, aggregation);
  }

  /** Returns the collector of {@link #HOST}, the only host of most tests. */
  FakeUsageCollector collector() {
    return collector(HOST);
  }

  FakeUsageCollector collector(String host) {
    return collectors.computeIfAbsent(host, name -> new FakeUsageCollector(() -> now));
  }

  /** Delivers a frame of the host to the node. */
  void receiveFrame(String host, Instant at) {
    view.offer(TestFrame.of(host).at(at).build());
  }

  UsageTestClient connect() {
    return connect(new UsageOptions(HOST, 5, false));
  }

  UsageTestClient connect(UsageOptions options) {
    var connection = new FakeUsageConnection();
    var session = UsageSession.open(connection, scheduler, options);
    sessions.add(session);
    return new UsageTestClient(connection, session);
  }

  /** Connects and subscribes a client; the messages sent to it are not yet taken. */
  UsageTestClient subscribe(String host, long intervalSeconds) {
    var client = connect(new UsageOptions(host, intervalSeconds, false));
    client.send("subscribe:usage");
    return client;
  }

  /** Advances the clocks and notifies every session once per second. */
  void advance(Duration elapsed) {
    for (var remaining = elapsed; !remaining.isZero(); remaining = remaining.minus(STEP)) {
      now = now.plus(STEP);
      nanos.advance(STEP);
      timers.advance(STEP);
      if (Duration.between(START, now).toMillis() % 1000 == 0) {
        List.copyOf(sessions).forEach(UsageSession::onSecondElapsed);
      }
    }
  }

  /** Advances the clocks without running timers. */
  void stall(Duration elapsed) {
    now = now.plus(elapsed);
    nanos.advance(elapsed);
  }

  Instant now() {
    return now;
  }

  /** The number of active timers. */
  int timerCount() {
    return timers.size();
  }

  /** The number of hosts with subscribers. */
  int hostCount() {
    return scheduler.hostCount();
  }

  /** A client connection and its session. */
  record UsageTestClient(FakeUsageConnection connection, UsageSession session) {
    void send(String message) {
      session.onText(message);
    }

    List<String> takeTexts() {
      return connection.takeTexts();
    }

    /** Returns the type or the status of each message. */
    List<String> takeKinds() {
      return takeTexts().stream()
          .map(text -> text.replaceAll("^\\{\"(?:type|status)\":\"([a-z_]+)\".*$", "$1"))
          .toList();
    }
  }
}
