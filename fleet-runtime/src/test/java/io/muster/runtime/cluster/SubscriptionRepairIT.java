package io.muster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Loss of the entries of a node in the shared tables, and their repair without a restart. */
@Tag("slow")
final class SubscriptionRepairIT {
  private static final Duration NEVER = Duration.ofHours(1);

  private final ClusterTestbed testbed = new ClusterTestbed();

  @AfterEach
  void closeTestbed() {
    testbed.close();
  }

  @Test
  void watchdog_entriesDeleted_restoresThem() {
    var first = testbed.startNode("cluster.listen", "127.0.0.1:0");
    var second = testbed.startNode("cluster.join", ClusterTestbed.addressOf(first));
    var recorder = PingRecorder.on(second.vertx());
    testbed.awaitDelivery(first, recorder);
    testbed.await("the repair after the join", () -> testbed.repairs(first) > 0);
    var repairsBefore = testbed.repairs(second);

    var hazelcast = first.hazelcast();
    hazelcast.getMultiMap(MemberConfig.SUBSCRIPTIONS_MAP).remove(ChildNode.PING_ADDRESS);
    hazelcast.getMap(MemberConfig.NODES_MAP).remove(second.nodeId());

    testbed.await("the watchdog repairs", () -> testbed.repairs(second) > repairsBefore);
    recorder.clear();
    testbed.awaitDelivery(first, recorder);
    testbed.await("the node is healthy", () -> second.problem().isEmpty());
  }

  /**
   * The only data member is killed and restarts with empty tables. Vert.x tries to write the
   * subscriptions while no member can store them, and does not retry.
   */
  @Test
  void membership_onlyDataMemberRestarted_restoresAllSubscriptions() throws InterruptedException {
    testbed.useTiming(ClusterTestbed.timing(Duration.ofSeconds(12), NEVER));
    var dataAddress = testbed.reserveAddress();
    var dataMember = testbed.startChild("cluster.listen", dataAddress);
    var first = testbed.startNode("cluster.join", dataAddress, "cluster.lite", "true");
    var second = testbed.startNode("cluster.join", dataAddress, "cluster.lite", "true");
    var receivedByFirst = PingRecorder.on(first.vertx());
    var receivedBySecond = PingRecorder.on(second.vertx());
    var deadAddress = "echo." + dataMember.pid();
    ClusterTestbed.awaitResult(first.vertx().eventBus().request(deadAddress, "ping"));

    dataMember.kill();
    testbed.await("the data member is removed", () -> first.memberCount() == 2);
    var restarted =
        testbed.startChild(
            "cluster.listen", dataAddress, "cluster.join", ClusterTestbed.addressOf(first));
    testbed.await("three members", () -> second.memberCount() == 3);
    receivedByFirst.clear();
    receivedBySecond.clear();

    testbed.awaitDelivery(first, receivedBySecond);
    testbed.awaitDelivery(second, receivedByFirst);
    testbed.awaitDelivery(first, receivedByFirst);
    testbed.await(
        "the first node receives from the data member",
        () -> receivedByFirst.hasReceivedFrom(restarted.pid()));
    testbed.await(
        "the second node receives from the data member",
        () -> receivedBySecond.hasReceivedFrom(restarted.pid()));
    assertThat(testbed.repairs(first)).isPositive();
    testbed.await(
        "no message is routed to the killed node", () -> hasNoHandlers(first, deadAddress));
  }

  private static boolean hasNoHandlers(ClusterNode node, String address) {
    var options = new DeliveryOptions().setSendTimeout(1000);
    return ClusterTestbed.awaitResult(
        node.vertx()
            .eventBus()
            .request(address, "ping", options)
            .map(false)
            .recover(cause -> Future.succeededFuture(isNoHandlersFailure(cause))));
  }

  private static boolean isNoHandlersFailure(Throwable cause) {
    return cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
  }
}
