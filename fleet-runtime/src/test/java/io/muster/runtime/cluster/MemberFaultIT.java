package io.muster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Failures of one member, which the others survive. */
@DisabledOnOs(OS.WINDOWS)
@Tag("slow")
final class MemberFaultIT {
  private static final Logger log = LoggerFactory.getLogger(MemberFaultIT.class);
  private static final int FRAME_BYTES = 64 * 1024;
  private static final long FRAME_INTERVAL_MILLIS = 5;

  private final ClusterTestbed testbed = new ClusterTestbed();

  @AfterEach
  void closeTestbed() {
    testbed.close();
  }

  @Test
  void kill_oneOfThree_othersNoticeAndContinue() throws InterruptedException {
    testbed.useTiming(ClusterTestbed.WITHOUT_HEARTBEAT_TIMEOUT);
    var node = testbed.startNode("cluster.listen", "127.0.0.1:0");
    var seed = ClusterTestbed.addressOf(node);
    var killed = testbed.startChild("cluster.join", seed);
    var observer = testbed.startChild("cluster.join", seed);
    var recorder = PingRecorder.on(node.vertx());
    testbed.await(
        "ping received from the observer", () -> recorder.hasReceivedFrom(observer.pid()));
    testbed.await("three members", () -> node.memberCount() == 3);

    var startNanos = System.nanoTime();
    killed.kill();
    testbed.await("the killed member is removed", () -> node.memberCount() == 2);
    var detectionTime = Duration.ofNanos(System.nanoTime() - startNanos);
    observer.await("MEMBERS 2", ClusterTestbed.TIMEOUT);

    observer.discardOutput();
    observer.await("PING " + observer.pid(), ClusterTestbed.TIMEOUT);
    recorder.clear();
    testbed.await(
        "further ping received from the observer", () -> recorder.hasReceivedFrom(observer.pid()));
    assertThat(recorder.longestGapMillis(observer.pid())).isLessThan(3000);
    log.info("kill detected millis={}", detectionTime.toMillis());

    var restarted = testbed.startChild("cluster.join", seed);
    testbed.await(
        "ping received from the restarted member", () -> recorder.hasReceivedFrom(restarted.pid()));
  }

  /**
   * The kernel of a frozen process continues to accept bytes: about 10 MB, less than is sent here.
   */
  @Test
  void freeze_receiver_failsWritesInsteadOfWaiting() throws InterruptedException {
    testbed.useTiming(ClusterTestbed.WITHOUT_HEARTBEAT_TIMEOUT);
    var node = testbed.startNode("cluster.listen", "127.0.0.1:0");
    var frozen = testbed.startChild("cluster.join", ClusterTestbed.addressOf(node));
    var address = "echo." + frozen.pid();
    ClusterTestbed.awaitResult(node.vertx().eventBus().request(address, "ping"));

    frozen.freeze();
    var failed = new CompletableFuture<Throwable>();
    var frame = Buffer.buffer(new byte[FRAME_BYTES]);
    var sender = node.vertx().eventBus().<Buffer>sender(address);
    var timer =
        node.vertx()
            .setPeriodic(
                FRAME_INTERVAL_MILLIS, tick -> sender.write(frame).onFailure(failed::complete));

    assertThat(failed).succeedsWithin(Duration.ofSeconds(60));
    assertThat(node.memberCount()).isEqualTo(2);
    node.vertx().cancelTimer(timer);
    frozen.unfreeze();
    testbed.await("the member answers again", () -> isAnswering(node, address));
  }

  /**
   * A frozen process is as silent as one behind a broken network, and as reachable again at once.
   */
  @Test
  void freeze_briefly_connectsAgainAndKeepsTheMember() throws InterruptedException {
    testbed.useTiming(ClusterTestbed.WITHOUT_HEARTBEAT_TIMEOUT);
    var node = testbed.startNode("cluster.listen", "127.0.0.1:0");
    var frozen = testbed.startChild("cluster.join", ClusterTestbed.addressOf(node));
    var removed = new AtomicBoolean();
    node.hazelcast().getCluster().addMembershipListener(new RemovalListener(removed));

    frozen.freeze();
    testbed.await("the silence is noticed", () -> testbed.reconnections(node) > 0);
    frozen.unfreeze();

    var recorder = PingRecorder.on(node.vertx());
    testbed.await("ping received", () -> recorder.hasReceivedFrom(frozen.pid()));
    assertThat(removed).isFalse();
  }

  /** Takes half a minute: run it with {@code -Pslow}. */
  @Test
  @Tag("slow")
  void freeze_oneOfThree_othersStayTogether() throws InterruptedException {
    var node = testbed.startNode("cluster.listen", "127.0.0.1:0");
    var seed = ClusterTestbed.addressOf(node);
    var frozen = testbed.startChild("cluster.join", seed);
    var observer = testbed.startChild("cluster.join", seed);
    var recorder = PingRecorder.on(node.vertx());
    testbed.await("three members", () -> node.memberCount() == 3);

    frozen.freeze();
    testbed.await("the frozen member is removed", () -> node.memberCount() == 2);
    var stayedTogether = new CompletableFuture<Void>();
    node.vertx()
        .setPeriodic(
            100,
            tick -> {
              if (node.memberCount() != 2) {
                stayedTogether.completeExceptionally(
                    new AssertionError(node.memberCount() + " members"));
              }
            });
    node.vertx().setTimer(20_000, end -> stayedTogether.complete(null));

    assertThat(stayedTogether).succeedsWithin(Duration.ofSeconds(60));
    assertThat(recorder.longestGapMillis(observer.pid())).isLessThan(3000);
  }

  private static boolean isAnswering(ClusterNode node, String address) {
    var options = new DeliveryOptions().setSendTimeout(1000);
    var answer = node.vertx().eventBus().request(address, "ping", options);
    return ClusterTestbed.awaitResult(answer.map(true).otherwise(false));
  }

  private record RemovalListener(AtomicBoolean removed) implements MembershipListener {
    @Override
    public void memberAdded(MembershipEvent event) {}

    @Override
    public void memberRemoved(MembershipEvent event) {
      removed.set(true);
    }
  }
}
