package io.muster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Nodes that start in the wrong order, or return, and merge into one cluster. */
@Tag("slow")
final class SplitAndMergeIT {
  private final ClusterTestbed testbed = new ClusterTestbed();

  @AfterEach
  void closeTestbed() {
    testbed.close();
  }

  /**
   * Of two parts of equal size, the one whose address sorts last merges into the other: here the
   * seed.
   */
  @Test
  void start_seedLaterWithTheHigherPort_merges() {
    var addresses = twoAddresses();

    assertMerge(addresses.get(0), addresses.get(1));
  }

  @Test
  void start_seedLaterWithTheLowerPort_merges() {
    var addresses = twoAddresses();

    assertMerge(addresses.get(1), addresses.get(0));
  }

  /** The restarted seed has no members, and must merge into the larger part. */
  @Test
  void kill_seedAndStartAgain_rejoins() throws InterruptedException {
    var address = testbed.reserveAddress();
    var seed = testbed.startChild("cluster.listen", address);
    var first = testbed.startNode("cluster.join", address);
    var second = testbed.startNode("cluster.join", address);
    var recorder = PingRecorder.on(first.vertx());

    seed.kill();
    testbed.await("the seed is removed", () -> second.memberCount() == 2);
    var restarted = testbed.startChild("cluster.listen", address);

    testbed.await("three members", () -> first.memberCount() == 3);
    testbed.await("ping received from the seed", () -> recorder.hasReceivedFrom(restarted.pid()));
    restarted.await("PING " + restarted.pid(), ClusterTestbed.TIMEOUT);
  }

  private void assertMerge(String firstAddress, String seedAddress) {
    var first = testbed.startNode("cluster.join", seedAddress, "cluster.listen", firstAddress);
    var receivedByFirst = PingRecorder.on(first.vertx());
    assertThat(first.memberCount()).isEqualTo(1);

    var seedNode = testbed.startNode("cluster.listen", seedAddress);
    var receivedBySeed = PingRecorder.on(seedNode.vertx());

    testbed.await("two members", () -> first.memberCount() == 2 && seedNode.memberCount() == 2);
    testbed.awaitDelivery(first, receivedBySeed);
    testbed.awaitDelivery(seedNode, receivedByFirst);
    testbed.await(
        "both nodes are healthy", () -> first.problem().isEmpty() && seedNode.problem().isEmpty());
    // A merge starts the server of a member again.
    testbed.awaitNoStatistics(first);
    testbed.awaitNoStatistics(seedNode);
  }

  private List<String> twoAddresses() {
    return Stream.generate(testbed::reserveAddress).limit(2).sorted().toList();
  }
}
