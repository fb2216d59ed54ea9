package io.muster.api.usage;

import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.ManualNanos;
import io.muster.api.fleet.ManualTimers;
import io.muster.api.fleet.TestFrame;
import io.muster.api.usage.UsageSession.Wish;
import io.muster.runtime.node.Clocks;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The door behind the handshake on one event loop whose time moves when it is told. It begins at
 * {@link #START}, a multiple of every interval that the tests use, and a tenth of a second.
 */
final class Stage {
  static final String HOST = "gpu-server-01";
  static final Instant START = Instant.ofEpochMilli(1_678_901_220_100L);

  private static final Duration STEP = Duration.ofMillis(100);

  private final ManualTimers timers = new ManualTimers();
  private final ManualNanos nanos = new ManualNanos();
  private final FleetView view = new FleetView("fleet-1", nanos);
  private final Map<String, FakeCollector> collectors = new HashMap<>();
  private final List<UsageSession> sessions = new ArrayList<>();
  private final Feeds feeds;
  private Instant now = START;

  Stage() {
    this(GpuRule.FIRST);
  }

  Stage(GpuRule rule) {
    feeds = new Feeds(timers.vertx(), new Clocks(() -> now, nanos), view, this::collector, rule);
  }

  /** The only host that most tests need. */
  FakeCollector collector() {
    return collector(HOST);
  }

  FakeCollector collector(String host) {
    return collectors.computeIfAbsent(host, name -> new FakeCollector(() -> now));
  }

  /** The node hears a frame of the host. */
  void hear(String host, Instant at) {
    view.offer(TestFrame.of(host).at(at).build());
  }

  Client connect() {
    return connect(new Wish(HOST, 5, false));
  }

  Client connect(Wish wish) {
    var socket = new FakeSocket();
    var session = UsageSession.open(socket, feeds, wish);
    sessions.add(session);
    return new Client(socket, session);
  }

  /** A client that has subscribed; what it was told is still to be taken. */
  Client subscribe(String host, long intervalSeconds) {
    var client = connect(new Wish(host, intervalSeconds, false));
    client.says("subscribe:usage");
    return client;
  }

  /** Moves the clocks, and tells every session of each second that has passed. */
  void advance(Duration elapsed) {
    for (var left = elapsed; !left.isZero(); left = left.minus(STEP)) {
      now = now.plus(STEP);
      nanos.advance(STEP);
      timers.advance(STEP);
      if (Duration.between(START, now).toMillis() % 1000 == 0) {
        List.copyOf(sessions).forEach(UsageSession::tick);
      }
    }
  }

  /** The clocks move, and nothing is done meanwhile. */
  void stall(Duration elapsed) {
    now = now.plus(elapsed);
    nanos.advance(elapsed);
  }

  Instant now() {
    return now;
  }

  /** Timers that will fire. */
  int timers() {
    return timers.size();
  }

  /** Hosts that are watched. */
  int watched() {
    return feeds.size();
  }

  /** A client and what is done with it. */
  record Client(FakeSocket socket, UsageSession session) {
    void says(String message) {
      session.text(message);
    }

    List<String> texts() {
      return socket.texts();
    }

    /** What the messages are, in short: a type, or a status. */
    List<String> kinds() {
      return texts().stream()
          .map(text -> text.replaceAll("^\\{\"(?:type|status)\":\"([a-z_]+)\".*$", "$1"))
          .toList();
    }
  }
}
