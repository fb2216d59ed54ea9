package io.muster.runtime.cluster;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.HostPort;
import io.muster.runtime.config.Secret;
import io.muster.runtime.config.SettingSources;
import io.muster.schema.frame.ReservedPort;
import io.vertx.core.Future;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The nodes of one test, in this JVM and in others, in a separate cluster; closing it closes all of
 * them.
 */
final class ClusterTestbed implements AutoCloseable {
  /** Longer than any step takes on a loaded machine; a test that waits so long has failed. */
  static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** With this timing a member is removed only because its connection is lost, or it leaves. */
  static final ClusterTiming WITHOUT_HEARTBEAT_TIMEOUT =
      timing(Duration.ofMinutes(5), Duration.ofSeconds(1));

  /** The secret of all nodes, unless a test sets another. */
  static final Secret SECRET = Secret.random(32);

  private static final long POLL_INTERVAL_MILLIS = 20;
  private static final int MAX_FRAMES = 15;
  private static final Set<String> METHODS_OF_IDLE_THREADS =
      Set.of("getTask", "take", "select", "selectLoop", "epollWait");

  private final String clusterName =
      "test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
  private final ScheduledExecutorService poller = Executors.newSingleThreadScheduledExecutor();
  private final List<ClusterNode> localNodes = new ArrayList<>();
  private final Map<ClusterNode, MeterRegistry> meterRegistries = new ConcurrentHashMap<>();
  private final List<ChildJvm> children = new ArrayList<>();
  private final List<ReservedPort> reservedPorts = new ArrayList<>();
  private ClusterTiming timing = timing();
  private Secret secret = SECRET;

  /** Standard limits against false alarms, but short merge, repair and event bus timeouts. */
  static ClusterTiming timing() {
    return timing(Duration.ofSeconds(12), Duration.ofSeconds(1));
  }

  static ClusterTiming timing(Duration heartbeatTimeout, Duration watchdogInterval) {
    return new ClusterTiming(
        Duration.ofSeconds(1),
        heartbeatTimeout,
        Duration.ofSeconds(3),
        Duration.ofSeconds(2),
        Duration.ofMillis(500),
        Duration.ofMillis(2500),
        Duration.ofMillis(500),
        watchdogInterval,
        Duration.ofMillis(200));
  }

  ClusterTestbed useTiming(ClusterTiming timing) {
    this.timing = timing;
    return this;
  }

  /** Sets the secret of the nodes that are started afterwards. */
  ClusterTestbed useSecret(Secret secret) {
    this.secret = secret;
    return this;
  }

  String clusterName() {
    return clusterName;
  }

  /** Starts a node in this JVM; further settings as key, value, key, value. */
  ClusterNode startNode(String... settings) {
    var node = awaitResult(start(settings));
    localNodes.add(node);
    return node;
  }

  Future<ClusterNode> start(String... settings) {
    var reader = new ConfigReader(SettingSources.of(settings(settings)));
    var config = ClusterConfig.from(reader);
    assertThat(reader.problems()).isEmpty();
    var meterRegistry = new SimpleMeterRegistry();
    return ClusterNode.builder(config)
        .options(new VertxOptions().setEventLoopPoolSize(2))
        .meterRegistry(meterRegistry)
        .timing(timing)
        .start()
        .onSuccess(node -> meterRegistries.put(node, meterRegistry));
  }

  /** Returns the number of times that a node of this JVM rewrote its subscriptions. */
  double repairs(ClusterNode node) {
    return count(node, "muster.cluster.repairs");
  }

  /** Returns the number of times that a node of this JVM connected again to a silent member. */
  double reconnections(ClusterNode node) {
    return count(node, "muster.cluster.reconnections");
  }

  /** Returns the number of connections to a port of the node, bus or member, that were rejected. */
  double rejections(ClusterNode node, String port, String reason) {
    return count(node, "muster.cluster.rejected.connections", "port", port, "reason", reason);
  }

  /** Returns the number of objects of other members that the node did not read. */
  double rejectedObjects(ClusterNode node) {
    return count(node, "muster.cluster.rejected.objects");
  }

  /** Starts a node in another JVM and waits until it is ready. */
  ChildJvm startChild(String... settings) throws InterruptedException {
    var arguments =
        settings(settings).entrySet().stream()
            .map(setting -> setting.getKey() + "=" + setting.getValue())
            .toList();
    var child = ChildJvm.start(ChildNode.class, arguments);
    children.add(child);
    child.await("READY", TIMEOUT);
    return child;
  }

  static String addressOf(ClusterNode node) {
    var self = node.hazelcast().getCluster().getLocalMember().getAddress();
    return new HostPort(self.getHost(), self.getPort()).toString();
  }

  /** Reserves a loopback address until the testbed is closed. */
  String reserveAddress() {
    var port = new ReservedPort();
    reservedPorts.add(port);
    return port.address();
  }

  static <T> T awaitResult(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("no result; busy threads:\n" + describeBusyThreads(), e);
    }
  }

  /** Describes the threads that wait for something else than their next task. */
  private static String describeBusyThreads() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(thread -> Stream.of(thread.getValue()).noneMatch(ClusterTestbed::awaitsTask))
        .map(
            thread ->
                Stream.of(thread.getValue())
                    .limit(MAX_FRAMES)
                    .map(frame -> "\n    " + frame)
                    .collect(Collectors.joining("", thread.getKey().toString(), "")))
        .collect(Collectors.joining("\n"));
  }

  private static boolean awaitsTask(StackTraceElement frame) {
    return METHODS_OF_IDLE_THREADS.contains(frame.getMethodName());
  }

  /** Waits until the condition is true. */
  void await(String description, BooleanSupplier condition) {
    var satisfied = new CompletableFuture<Void>();
    var polling =
        poller.scheduleWithFixedDelay(
            () -> completeIfTrue(satisfied, condition),
            0,
            POLL_INTERVAL_MILLIS,
            TimeUnit.MILLISECONDS);
    try {
      satisfied.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("not within " + TIMEOUT + ": " + description, e);
    } finally {
      polling.cancel(false);
    }
  }

  /** Publishes from the node until the recorder receives it. */
  void awaitDelivery(ClusterNode sender, PingRecorder recorder) {
    var senderId = sender.nodeId().hashCode();
    await(
        "ping received from " + sender.nodeId(),
        () -> {
          PingRecorder.publishPing(sender.vertx(), senderId);
          return recorder.hasReceivedFrom(senderId);
        });
  }

  /** Waits until no thread of the node's Hazelcast collects statistics. */
  void awaitNoStatistics(ClusterNode node) {
    var prefix = "hz." + node.hazelcast().getName() + ".MetricsRegistry";
    await(
        "no statistics",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith(prefix)));
  }

  @Override
  public void close() {
    Future.join(localNodes.stream().map(ClusterNode::close).toList())
        .toCompletionStage()
        .toCompletableFuture()
        .join();
    children.forEach(ChildJvm::close);
    reservedPorts.forEach(ReservedPort::close);
    poller.shutdownNow();
  }

  private double count(ClusterNode node, String counter, String... tags) {
    return requireNonNull(meterRegistries.get(node)).get(counter).tags(tags).counter().count();
  }

  private Map<String, String> settings(String... pairs) {
    var settings =
        new HashMap<>(Map.of("cluster.name", clusterName, "cluster.secret", secret.text()));
    for (var i = 0; i < pairs.length; i += 2) {
      settings.put(pairs[i], pairs[i + 1]);
    }
    return settings;
  }

  private static void completeIfTrue(CompletableFuture<Void> satisfied, BooleanSupplier condition) {
    try {
      if (condition.getAsBoolean()) {
        satisfied.complete(null);
      }
    } catch (RuntimeException e) {
      satisfied.completeExceptionally(e);
    }
  }
}
