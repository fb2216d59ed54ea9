package io.muster.runtime.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.SettingSources;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;

/**
 * A node in a second JVM. Arguments are {@code key=value}. It publishes its process id on {@link
 * #PING_ADDRESS} ten times per second, replies on {@code echo.PID}, and prints:
 *
 * <pre>
 * READY
 * PING pid      a ping arrived from another node, or from this one
 * MEMBERS n     the number of members has changed
 * FAILED reason
 * </pre>
 *
 * It leaves the cluster cleanly when its standard input ends.
 */
final class ChildNode {
  static final String PING_ADDRESS = "test.pings";

  private static final long PING_INTERVAL_MILLIS = 100;
  private static final PrintStream OUT =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);

  private final ClusterNode node;
  private int memberCount;

  private ChildNode(ClusterNode node) {
    this.node = node;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    try {
      var settings =
          Arrays.stream(arguments)
              .map(argument -> argument.split("=", 2))
              .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
      var node = startNode(settings);
      new ChildNode(node).start(node.vertx());
      while (System.in.read() >= 0) {
        // The input is ignored; its end stops the node.
      }
      node.close().toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      OUT.println("FAILED " + e.getCause());
    }
    Runtime.getRuntime().halt(0);
  }

  private static ClusterNode startNode(Map<String, String> settings)
      throws ExecutionException, InterruptedException {
    return ClusterNode.builder(ClusterConfig.from(new ConfigReader(SettingSources.of(settings))))
        .options(new VertxOptions().setEventLoopPoolSize(2))
        .timing(ClusterTestbed.timing())
        .start()
        .toCompletionStage()
        .toCompletableFuture()
        .get();
  }

  private void start(Vertx vertx) {
    var pid = ProcessHandle.current().pid();
    vertx.eventBus().<Long>consumer(PING_ADDRESS, message -> OUT.println("PING " + message.body()));
    var echo = vertx.eventBus().consumer("echo." + pid, message -> message.reply(message.body()));
    echo.completion()
        .onSuccess(registered -> OUT.println("READY"))
        .onFailure(cause -> OUT.println("FAILED " + cause.getMessage()));
    vertx.setPeriodic(PING_INTERVAL_MILLIS, tick -> publishPing(vertx, pid));
  }

  private void publishPing(Vertx vertx, long pid) {
    vertx.eventBus().publish(PING_ADDRESS, pid);
    var count = node.memberCount();
    if (count != memberCount) {
      memberCount = count;
      OUT.println("MEMBERS " + count);
    }
  }
}
