package io.muster.launcher;

import io.muster.bus.FrameTopic;
import io.muster.bus.metrics.MeterFactory;
import io.muster.launcher.node.RunningNode;
import io.muster.launcher.node.Settings;
import io.muster.launcher.node.StartException;
import io.muster.runtime.cluster.ClusterNode;
import io.muster.runtime.config.Secret;
import io.muster.runtime.config.SettingSources;
import io.muster.runtime.metrics.NodeMetrics;
import io.vertx.core.Promise;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code muster training-run}: a collector that sends a frame to another member. The JVM records
 * the classes that it loads on the way. Used by the main thread only.
 */
@Command(
    name = "training-run",
    description = "Start a collector in a cluster on the loopback address, and stop it.",
    hidden = true,
    mixinStandardHelpOptions = true,
    footer = {
      "With the JVM option -XX:ArchiveClassesAtExit=FILE, the JVM writes the classes",
      "that it loaded to an archive, with which nodes start faster and need less",
      "memory of their own. The script muster does so when it has built the jar."
    })
final class TrainingRunCommand implements Callable<Integer> {
  private static final Map<String, String> MEMBER = Map.of("cluster.listen", "127.0.0.1:0");

  @Parameters(paramLabel = "DIR", description = "Keep the files of the collector here.")
  private Path directory = Path.of("");

  @Override
  public Integer call() throws StartException, InterruptedException {
    var secret = Secret.random(32).text();
    var receiver =
        NodeLifecycle.await(
            ClusterNode.builder(load(Map.of("cluster.secret", secret)).cluster()).start());
    var frameReceived = Promise.promise();
    NodeLifecycle.await(
        FrameTopic.on(receiver.vertx())
            .subscribe(
                frame -> frameReceived.tryComplete(),
                new MeterFactory(NodeMetrics.createRegistry(), "muster.")));
    var collector = NodeLifecycle.start(load(collectorSettings(secret, receiver)));
    NodeLifecycle.await(frameReceived.future());
    stop(collector, receiver);
    return 0;
  }

  private Map<String, String> collectorSettings(String secret, ClusterNode receiver) {
    return Map.of(
        "roles",
        "collector",
        "data.dir",
        directory.toString(),
        "cluster.secret",
        secret,
        "cluster.join",
        receiver.memberAddress().orElseThrow().toString());
  }

  private static Settings load(Map<String, String> settings) throws StartException {
    var all = new HashMap<>(MEMBER);
    all.putAll(settings);
    return Settings.load(new SettingSources(all, Map.of(), Map.of(), ""));
  }

  private static void stop(RunningNode collector, ClusterNode receiver)
      throws StartException, InterruptedException {
    NodeLifecycle.stop(collector);
    NodeLifecycle.await(receiver.close());
  }
}
