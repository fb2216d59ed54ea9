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
 * The node in a second JVM. Arguments are {@code key=value}. It publishes its process id on {@link
 * #BEATS} ten times a second, answers on {@code echo.PID}, and prints:
 *
 * <pre>
 * READY address-of-the-member
 * BEAT pid      heard from another node, or itself
 * JOINED n      the number of members has changed
 * FAILED reason
 * </pre>
 *
 * It leaves in order when its standard input ends.
 */
final class ChildNode {
  static final String BEATS = "test.beats";

  private static final long BEAT_MILLIS = 100;
  private static final PrintStream OUT =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);

  private final ClusterNode node;
  private int members;

  private ChildNode(ClusterNode node) {
    this.node = node;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    try {
      var settings =
          Arrays.stream(arguments)
              .map(argument -> argument.split("=", 2))
              .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
      var node = await(settings);
      new ChildNode(node).speak(node.vertx());
      while (System.in.read() >= 0) {
        // what is said does not matter
      }
      node.close().toCompletionStage().toCompletableFuture().get();
    } catch (ExecutionException e) {
      OUT.println("FAILED " + e.getCause());
    }
    Runtime.getRuntime().halt(0);
  }

  private static ClusterNode await(Map<String, String> settings)
      throws ExecutionException, InterruptedException {
    return ClusterNode.with(ClusterConfig.from(new ConfigReader(SettingSources.of(settings))))
        .options(new VertxOptions().setEventLoopPoolSize(2))
        .timing(Nodes.timing())
        .start()
        .toCompletionStage()
        .toCompletableFuture()
        .get();
  }

  private void speak(Vertx vertx) {
    var pid = ProcessHandle.current().pid();
    vertx.eventBus().<Long>consumer(BEATS, message -> OUT.println("BEAT " + message.body()));
    var echo = vertx.eventBus().consumer("echo." + pid, message -> message.reply(message.body()));
    echo.completion()
        .onSuccess(
            known -> OUT.println("READY " + (node.members().isEmpty() ? "" : own().address())))
        .onFailure(cause -> OUT.println("FAILED " + cause.getMessage()));
    vertx.setPeriodic(BEAT_MILLIS, tick -> beat(vertx, pid));
  }

  private void beat(Vertx vertx, long pid) {
    vertx.eventBus().publish(BEATS, pid);
    var count = node.members().size();
    if (count != members) {
      members = count;
      OUT.println("JOINED " + count);
    }
  }

  private ClusterMember own() {
    return node.members().stream().filter(ClusterMember::self).findFirst().orElseThrow();
  }
}
