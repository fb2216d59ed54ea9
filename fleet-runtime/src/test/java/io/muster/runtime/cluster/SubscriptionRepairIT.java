package io.muster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a node wrote into the shared tables is lost, and comes back without a restart. */
final class SubscriptionRepairIT {
  private static final Duration NEVER = Duration.ofHours(1);

  private final Nodes nodes = new Nodes();

  @AfterEach
  void end() {
    nodes.close();
  }

  @Test
  void watchdog_entriesDeleted_writesThemAgain() {
    var first = nodes.node("cluster.listen", "127.0.0.1:0");
    var second = nodes.node("cluster.join", Nodes.addressOf(first));
    var listener = Listener.on(second.vertx());
    nodes.awaitHeard(first, listener);
    nodes.await("the repair after the join", () -> first.repairs() > 0);
    var before = second.repairs();

    var tables = first.hazelcast();
    tables.getMultiMap(MemberConfig.SUBSCRIPTIONS).remove(ChildNode.BEATS);
    tables.getMap(MemberConfig.NODES).remove(second.nodeId());

    nodes.await("the watchdog repairs", () -> second.repairs() > before);
    listener.forget();
    nodes.awaitHeard(first, listener);
    nodes.await("the node is in order", () -> second.health().healthy());
  }

  /**
   * The only member that holds the tables dies and comes back empty. Vert.x tries to write the
   * subscriptions while nobody can hold them, gives up, and stays silent for ever.
   */
  @Test
  void membership_onlyDataMemberRestarted_everybodyHearsEverybody() throws InterruptedException {
    nodes.timing(Nodes.timing(Duration.ofSeconds(12), NEVER));
    var dataAddress = Nodes.freePort().toString();
    var data = nodes.child("cluster.listen", dataAddress);
    var first = nodes.node("cluster.join", dataAddress, "cluster.lite", "true");
    var second = nodes.node("cluster.join", dataAddress, "cluster.lite", "true");
    var atFirst = Listener.on(first.vertx());
    var atSecond = Listener.on(second.vertx());
    var gone = "echo." + data.pid();
    Nodes.get(first.vertx().eventBus().request(gone, "there?"));

    data.kill();
    nodes.await("the data member is gone", () -> first.members().size() == 2);
    var again = nodes.child("cluster.listen", dataAddress, "cluster.join", Nodes.addressOf(first));
    nodes.await("it is back", () -> second.members().size() == 3);
    atFirst.forget();
    atSecond.forget();

    nodes.awaitHeard(first, atSecond);
    nodes.awaitHeard(second, atFirst);
    nodes.awaitHeard(first, atFirst);
    nodes.await("the data member is heard", () -> atFirst.hears(again.pid()));
    nodes.await("by both", () -> atSecond.hears(again.pid()));
    assertThat(first.repairs()).isPositive();
    nodes.await("nobody is sent to the dead node", () -> hasNoHandlers(first, gone));
  }

  private static boolean hasNoHandlers(ClusterNode node, String address) {
    var options = new DeliveryOptions().setSendTimeout(1000);
    return Nodes.get(
        node.vertx()
            .eventBus()
            .request(address, "there?", options)
            .map(false)
            .recover(cause -> Future.succeededFuture(isNoHandlers(cause))));
  }

  private static boolean isNoHandlers(Throwable cause) {
    return cause instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
  }
}
