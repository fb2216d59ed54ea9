package io.muster.launcher;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.muster.launcher.node.NodeDataDirectory;
import io.muster.launcher.node.RunningNode;
import io.muster.launcher.node.Settings;
import io.muster.launcher.node.StartException;
import io.vertx.core.Future;
import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.logging.Level;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** The life of a node, from its start to the signal that ends it. */
final class NodeLifecycle {
  private static final Logger log = LoggerFactory.getLogger(NodeLifecycle.class);

  /** Timeout of the whole stop, even if a part of it has a longer timeout. */
  private static final long STOP_TIMEOUT_SECONDS = 5;

  /** Timeout of joining the cluster, and of starting the roles. */
  private static final long START_TIMEOUT_SECONDS = 60;

  private NodeLifecycle() {}

  /** Runs the node until SIGINT or SIGTERM; returns 1 if it lost its membership before. */
  static int run(SettingOptions options, CommandLine command) throws StartException {
    try {
      var node = start(Settings.load(options.sources()));
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(node), "muster-stop"));
      printBanner(command.getOut(), node);
      awaitMembershipLoss(node);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 1;
  }

  private static void awaitMembershipLoss(RunningNode node) throws InterruptedException {
    var lost = new CountDownLatch(1);
    node.membershipLoss().onSuccess(ended -> lost.countDown());
    lost.await();
    log.error("membership of the cluster was lost for good, stopping");
  }

  /** Starts a node, which the caller must stop. */
  static RunningNode start(Settings settings) throws StartException, InterruptedException {
    if (settings.debugLogging()) {
      java.util.logging.Logger.getLogger("io.muster").setLevel(Level.FINE);
    }
    if (settings.needsDataDirectory()) {
      NodeDataDirectory.prepare(settings.dataDirectory());
    }
    var node =
        await(RunningNode.join(settings, settings.loadHostIdentity(), ProgramVersion.current()));
    try {
      await(node.startRoles());
      return node;
    } catch (StartException e) {
      stop(node);
      throw e;
    }
  }

  static <T> T await(Future<T> future) throws StartException, InterruptedException {
    try {
      return future.toCompletionStage().toCompletableFuture().get(START_TIMEOUT_SECONDS, SECONDS);
    } catch (ExecutionException e) {
      var cause = e.getCause() == null ? e : e.getCause();
      log.debug("start failed", cause);
      throw new StartException(String.valueOf(cause.getMessage()), cause);
    } catch (TimeoutException e) {
      throw new StartException(
          "joining the cluster or starting the roles took more than "
              + START_TIMEOUT_SECONDS
              + " s",
          e);
    }
  }

  private static void printBanner(PrintWriter out, RunningNode node) {
    node.banner().forEach(out::println);
    out.flush();
  }

  static void stop(RunningNode node) {
    try {
      node.close().toCompletionStage().toCompletableFuture().get(STOP_TIMEOUT_SECONDS, SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      log.warn("node did not stop cleanly reason={}", String.valueOf(e));
    }
  }
}
