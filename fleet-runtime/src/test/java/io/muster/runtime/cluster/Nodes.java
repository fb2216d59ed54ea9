package io.muster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.HostPort;
import io.muster.runtime.config.SettingSources;
import io.vertx.core.Future;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/**
 * The nodes of one test, in this JVM and in others, in a cluster of their own; all end when it is
 * closed.
 */
final class Nodes implements AutoCloseable {
  /** Longer than anything takes on a loaded machine; a test that waits so long has failed. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final long POLL_MILLIS = 20;

  private final String cluster = "test-" + ProcessHandle.current().pid() + "-" + System.nanoTime();
  private final ScheduledExecutorService poll = Executors.newSingleThreadScheduledExecutor();
  private final List<ClusterNode> local = new ArrayList<>();
  private final List<ChildJvm> children = new ArrayList<>();
  private ClusterTiming timing = timing();

  /** Standard limits against false alarms, but quick merges, repairs and event bus timeouts. */
  static ClusterTiming timing() {
    return timing(Duration.ofSeconds(12), Duration.ofSeconds(1));
  }

  static ClusterTiming timing(Duration silence, Duration watchdog) {
    return new ClusterTiming(
        Duration.ofSeconds(1),
        silence,
        Duration.ofSeconds(2),
        Duration.ofMillis(500),
        Duration.ofMillis(2500),
        Duration.ofMillis(500),
        watchdog);
  }

  Nodes timing(ClusterTiming timing) {
    this.timing = timing;
    return this;
  }

  /** A node in this JVM; further settings as key, value, key, value. */
  ClusterNode node(String... settings) {
    var node = get(starting(settings));
    local.add(node);
    return node;
  }

  Future<ClusterNode> starting(String... settings) {
    var reader = new ConfigReader(SettingSources.of(settings(settings)));
    var config = ClusterConfig.from(reader);
    assertThat(reader.problems()).isEmpty();
    return ClusterNode.with(config)
        .options(new VertxOptions().setEventLoopPoolSize(2))
        .timing(timing)
        .start();
  }

  /** A node in a JVM of its own, which has said that it is ready. */
  ChildJvm child(String... settings) throws InterruptedException {
    var arguments =
        settings(settings).entrySet().stream()
            .map(setting -> setting.getKey() + "=" + setting.getValue())
            .toList();
    var child = ChildJvm.start(ChildNode.class, arguments);
    children.add(child);
    child.await("READY", PATIENCE);
    return child;
  }

  static String addressOf(ClusterNode node) {
    return node.members().stream()
        .filter(ClusterMember::self)
        .map(self -> self.address().toString())
        .findFirst()
        .orElseThrow();
  }

  /** A port of the loopback address on which nobody listens now. */
  static HostPort freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return new HostPort("127.0.0.1", socket.getLocalPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static <T> T get(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("failed: " + e.getCause(), e.getCause());
    } catch (InterruptedException | TimeoutException e) {
      throw new AssertionError("no result", e);
    }
  }

  /** Waits until it holds. */
  void await(String what, BooleanSupplier condition) {
    await(what, PATIENCE, condition);
  }

  void await(String what, Duration limit, BooleanSupplier condition) {
    var held = new CompletableFuture<Void>();
    var polling =
        poll.scheduleWithFixedDelay(
            () -> complete(held, condition), 0, POLL_MILLIS, TimeUnit.MILLISECONDS);
    try {
      held.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError("not within " + limit + ": " + what, e);
    } finally {
      polling.cancel(false);
    }
  }

  /** Publishes from the node until the listener hears it. */
  void awaitHeard(ClusterNode speaker, Listener listener) {
    var name = speaker.nodeId().hashCode();
    await(
        speaker.nodeId() + " is heard",
        () -> {
          Listener.say(speaker.vertx(), name);
          return listener.hears(name);
        });
  }

  @Override
  public void close() {
    Future.join(local.stream().map(ClusterNode::close).toList())
        .toCompletionStage()
        .toCompletableFuture()
        .join();
    children.forEach(ChildJvm::close);
    poll.shutdownNow();
  }

  private Map<String, String> settings(String... pairs) {
    var settings = new HashMap<>(Map.of("cluster.name", cluster));
    for (var i = 0; i < pairs.length; i += 2) {
      settings.put(pairs[i], pairs[i + 1]);
    }
    return settings;
  }

  private static void complete(CompletableFuture<Void> held, BooleanSupplier condition) {
    try {
      if (condition.getAsBoolean()) {
        held.complete(null);
      }
    } catch (RuntimeException e) {
      held.completeExceptionally(e);
    }
  }
}
