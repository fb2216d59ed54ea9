package io.muster.api;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.websocket.RawWebSocket;
import io.muster.schema.frame.LogCapture;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Hostile clients of the WebSocket endpoints neither affect other clients nor leak resources. The
 * system properties {@code muster.test.seed} and {@code muster.test.attacks} set the random seed
 * and the number of attacks.
 */
@Tag("slow")
@Timeout(300)
class WebSocketFuzzIT {
  private static final long SEED = Long.getLong("muster.test.seed", 20_261_120);
  private static final int ATTACKS = Integer.getInteger("muster.test.attacks", 2500);
  private static final int THREADS = 4;
  private static final int PER_ADDRESS = 4;
  private static final int EVENT_LOOPS = 2;
  private static final long HEAP_BYTES = 8 << 20;
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String SUBSCRIBED_HOST = "subscribed";

  static {
    // Netty records retain and release calls of buffers; recording reads too is far slower.
    System.setProperty("io.netty.leakDetection.acquireAndReleaseOnly", "true");
  }

  private final Level previousLevel = ResourceLeakDetector.getLevel();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final LogCapture log = LogCapture.start();
  private final ApiNode node = node();
  private final NumberedInspectionService polledInspection =
      new NumberedInspectionService(node.vertx());
  private final NumberedInspectionService subscribedInspection =
      new NumberedInspectionService(node.vertx());

  @BeforeEach
  void collect() {
    ResourceLeakDetector.setLevel(Level.PARANOID);
    node.addHost(ApiNode.OWN_HOST, polledInspection);
    node.addHost(SUBSCRIBED_HOST, subscribedInspection);
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    node.close();
    log.close();
    ResourceLeakDetector.setLevel(previousLevel);
  }

  @Test
  void attack_ofAllKinds_doesNotAffectOthersAndLeavesNothing() throws Exception {
    await(attack(SEED, ATTACKS / 4)); // Loads all classes that the attacks use.
    awaitNoConnections();
    var heapBytes = heapBytes();
    var threadCount = serverThreads();

    var clients = new ArrayList<Future<?>>();
    try (var poller = new SocktopPoller(node.mainAddress(), "/ws", SEED);
        var byPath = new SocktopPoller(node.mainAddress(), "/ws/" + ApiNode.OWN_HOST, SEED + 1);
        var subscriber = new UsageSubscriber(node.mainAddress(), SUBSCRIBED_HOST)) {
      var begin = System.nanoTime();
      var attack = attack(SEED + THREADS, ATTACKS);
      clients.add(repeatDuring(attack, poller::poll));
      clients.add(repeatDuring(attack, byPath::poll));
      clients.add(repeatDuring(attack, subscriber::receiveUpdate));
      clients.add(
          repeatDuring(attack, () -> assertThat(node.get("/healthz").body()).isEqualTo("ok")));
      await(attack);
      await(clients);
      var seconds = (System.nanoTime() - begin) / 1_000_000_000;
      // The rates depend on the load of the machine; each client requires its replies in time.
      assertThat(subscriber.updates()).isGreaterThanOrEqualTo((int) seconds / 4);
      assertThat(List.of(poller.replies(), byPath.replies()))
          .allSatisfy(replies -> assertThat(replies).isGreaterThan((int) seconds));
    }

    assertThat(List.of("handshake", "origin", "connections", "messages", "size", "protocol"))
        .as("rejections for every reason")
        .allSatisfy(reason -> assertThat(rejections(reason)).isPositive());
    awaitNoConnections();
    assertNoInspectionRequests();
    assertConnectionsAreAcceptedAgain();
    awaitNoConnections();
    assertThat(heapBytes() - heapBytes).isLessThan(HEAP_BYTES);
    assertThat(serverThreads()).isLessThanOrEqualTo(threadCount);
    assertNoLeaksOrErrors();
  }

  /** Starts this number of attacks in total, on several threads. */
  private List<Future<?>> attack(long seed, int attacks) {
    var running = new ArrayList<Future<?>>();
    for (int thread = 0; thread < THREADS; thread++) {
      var client = new HostileClient(node.mainAddress(), seed + thread);
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

  /** Repeats the action until the attack has ended. */
  private Future<?> repeatDuring(List<Future<?>> attack, Action action) {
    Callable<Boolean> task =
        () -> {
          while (!attack.stream().allMatch(Future::isDone)) {
            action.run();
          }
          return true;
        };
    return threads.submit(task);
  }

  /** Waits until all connections are closed and released. */
  private void awaitNoConnections() {
    AssertionPoller.awaitAssertion(
        TIMEOUT,
        () -> {
          assertThat(gauge("muster.api.websockets")).isZero();
          assertThat(gauge("muster.api.connections")).isZero();
        });
  }

  /** Waits three seconds, as measured by the updates of another subscriber. */
  private void assertNoInspectionRequests() throws IOException {
    var clock = new NumberedInspectionService(node.vertx());
    node.addHost("clock", clock);
    try (var subscriber = new UsageSubscriber(node.mainAddress(), "clock")) {
      subscriber.receiveUpdate();
      var requestsBefore = polledInspection.requestCount() + subscribedInspection.requestCount();
      subscriber.receiveUpdate();
      subscriber.receiveUpdate();
      subscriber.receiveUpdate();
      assertThat(polledInspection.requestCount() + subscribedInspection.requestCount())
          .isEqualTo(requestsBefore);
    }
  }

  private void assertConnectionsAreAcceptedAgain() throws IOException {
    var clients = new ArrayList<RawWebSocket>();
    for (int name = 0; name < HostileClient.ADDRESS_COUNT; name++) {
      for (int count = 0; count < PER_ADDRESS; count++) {
        clients.add(
            RawWebSocket.open(node.mainAddress(), "/ws", HostileClient.forwardedHeader(name)));
      }
      var handshake =
          RawWebSocket.handshake(node.mainAddress(), "/usage", HostileClient.forwardedHeader(name));
      var tooMany = RawWebSocket.connect(node.mainAddress(), handshake);
      assertThat(tooMany.status()).isEqualTo(429);
      clients.add(tooMany);
    }
    for (var client : clients) {
      client.close();
    }
  }

  /** Allocates buffers, since Netty reports leaks at the next allocations. */
  private void assertNoLeaksOrErrors() {
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

  private double rejections(String reason) {
    return node.meters()
        .get("muster.api.websockets.refused")
        .tag("reason", reason)
        .counter()
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
    return ApiNode.startWithSystemClocks(
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
