package io.muster.api;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.websocket.RawWebSocket;
import io.muster.testkit.AssertionPoller;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetector.Level;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever some clients throw at the doors for WebSockets, others beside them lose nothing, and
 * nothing is left of it. The system properties {@code muster.test.seed} and {@code
 * muster.test.attacks} say what is thrown, and how much.
 */
@Timeout(300)
class WebSocketFuzzIT {
  private static final long SEED = Long.getLong("muster.test.seed", 20_261_120);
  private static final int ATTACKS = Integer.getInteger("muster.test.attacks", 2500);
  private static final int THREADS = 4;
  private static final int PER_ADDRESS = 4;
  private static final int EVENT_LOOPS = 2;
  private static final long HEAP_BYTES = 8 << 20;
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String WATCHED = "watched";

  static {
    // Netty writes down who took and gave a buffer, but not who read it, which takes far longer.
    System.setProperty("io.netty.leakDetection.acquireAndReleaseOnly", "true");
  }

  private final Level usual = ResourceLeakDetector.getLevel();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final LogLines log = LogLines.keep();
  private final ApiNode node = node();
  private final NumberedCollector asked = new NumberedCollector(node.vertx());
  private final NumberedCollector watched = new NumberedCollector(node.vertx());

  @BeforeEach
  void collect() {
    ResourceLeakDetector.setLevel(Level.PARANOID);
    node.collects(ApiNode.OWN_HOST, asked);
    node.collects(WATCHED, watched);
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    node.close();
    log.close();
    ResourceLeakDetector.setLevel(usual);
  }

  @Test
  void attack_ofAllKinds_costsTheOthersNothingAndLeavesNothing() throws Exception {
    await(attack(SEED, ATTACKS / 4)); // So that all is loaded that such clients need.
    awaitNobody();
    var heapBytes = heapBytes();
    var threadCount = serverThreads();

    var steady = new ArrayList<Future<?>>();
    try (var poller = new SteadyPoller(node.main(), "/ws", SEED);
        var byPath = new SteadyPoller(node.main(), "/ws/" + ApiNode.OWN_HOST, SEED + 1);
        var subscriber = new SteadySubscriber(node.main(), WATCHED)) {
      var begin = System.nanoTime();
      var attack = attack(SEED + THREADS, ATTACKS);
      steady.add(during(attack, poller::poll));
      steady.add(during(attack, byPath::poll));
      steady.add(during(attack, subscriber::take));
      steady.add(during(attack, () -> assertThat(node.get("/healthz").body()).isEqualTo("ok")));
      await(attack);
      await(steady);
      var seconds = (System.nanoTime() - begin) / 1_000_000_000;
      assertThat(subscriber.updates()).isGreaterThanOrEqualTo((int) seconds - 1);
      assertThat(List.of(poller.replies(), byPath.replies()))
          .allSatisfy(replies -> assertThat(replies).isGreaterThan((int) seconds * 20));
    }

    assertThat(List.of("handshake", "origin", "connections", "messages", "size", "protocol"))
        .as("the attack is worth its name")
        .allSatisfy(reason -> assertThat(refused(reason)).isPositive());
    awaitNobody();
    assertNobodyIsAsked();
    assertEverybodyMayComeAgain();
    awaitNobody();
    assertThat(heapBytes() - heapBytes).isLessThan(HEAP_BYTES);
    assertThat(serverThreads()).isLessThanOrEqualTo(threadCount);
    assertNoTrouble();
  }

  /** As many attacks in all, on several threads. */
  private List<Future<?>> attack(long seed, int attacks) {
    var running = new ArrayList<Future<?>>();
    for (int thread = 0; thread < THREADS; thread++) {
      var client = new HostileClient(node.main(), seed + thread);
      running.add(
          threads.submit(
              () -> {
                try (client) {
                  for (int attack = 0; attack < attacks / THREADS; attack++) {
                    client.attack();
                  }
                }
                return true;
              }));
    }
    return running;
  }

  /** Does this again and again, until the attack is over. */
  private Future<?> during(List<Future<?>> attack, Action action) {
    Callable<Boolean> steadily =
        () -> {
          while (!attack.stream().allMatch(Future::isDone)) {
            action.run();
          }
          return true;
        };
    return threads.submit(steadily);
  }

  /** Everybody has gone, and what they had is free again. */
  private void awaitNobody() {
    AssertionPoller.awaitAssertion(
        SOON,
        () -> {
          assertThat(gauge("muster.api.websockets")).isZero();
          assertThat(gauge("muster.api.connections")).isZero();
        });
  }

  /** The seconds pass by somebody else's watch. */
  private void assertNobodyIsAsked() throws IOException {
    var clock = new NumberedCollector(node.vertx());
    node.collects("clock", clock);
    try (var subscriber = new SteadySubscriber(node.main(), "clock")) {
      subscriber.take();
      var before = asked.questions() + watched.questions();
      subscriber.take();
      subscriber.take();
      subscriber.take();
      assertThat(asked.questions() + watched.questions()).isEqualTo(before);
    }
  }

  private void assertEverybodyMayComeAgain() throws IOException {
    var clients = new ArrayList<RawWebSocket>();
    for (int name = 0; name < HostileClient.NAMES; name++) {
      for (int count = 0; count < PER_ADDRESS; count++) {
        clients.add(RawWebSocket.open(node.main(), "/ws", HostileClient.name(name)));
      }
      var sound = RawWebSocket.sound(node.main(), "/usage", HostileClient.name(name));
      var tooMany = RawWebSocket.ask(node.main(), sound);
      assertThat(tooMany.status()).isEqualTo(429);
      clients.add(tooMany);
    }
    for (var client : clients) {
      client.close();
    }
  }

  /** A leak is found when the next buffers are taken. */
  private void assertNoTrouble() {
    for (int round = 0; round < 5; round++) {
      System.gc();
      for (int request = 0; request < 20; request++) {
        node.get("/healthz");
      }
    }
    assertThat(log.lines()).noneMatch(line -> line.contains("LEAK"));
    assertThat(log.lines()).noneMatch(line -> line.startsWith("SEVERE"));
  }

  private double gauge(String name) {
    return node.meters().get(name).gauge().value();
  }

  private double refused(String reason) {
    return node.meters()
        .get("muster.api.websockets.refused")
        .tag("reason", reason)
        .functionCounter()
        .count();
  }

  private static long heapBytes() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  private static long serverThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("vert.x-"))
        .count();
  }

  private static void await(List<Future<?>> all)
      throws InterruptedException, ExecutionException, TimeoutException {
    for (var each : all) {
      each.get(120, SECONDS);
    }
  }

  private static ApiNode node() {
    return ApiNode.live(
        Map.of(
            "api.event_loops",
            Integer.toString(EVENT_LOOPS),
            "api.trusted_proxies",
            "127.0.0.1",
            "api.limits.websockets_per_address",
            Integer.toString(PER_ADDRESS),
            "api.limits.header_timeout",
            "500ms",
            "api.limits.idle_timeout",
            "1s"));
  }

  @FunctionalInterface
  private interface Action {
    void run() throws Exception;
  }
}
