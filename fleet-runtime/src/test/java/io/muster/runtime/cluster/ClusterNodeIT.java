package io.muster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.cluster.Member;
import com.hazelcast.map.EntryProcessor;
import io.muster.runtime.cluster.member.MemberPort;
import io.muster.runtime.config.HostPort;
import io.muster.schema.frame.LogCapture;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** One or two nodes in one JVM: their open ports, accepted connections and members. */
final class ClusterNodeIT {
  private final ClusterTestbed testbed = new ClusterTestbed();

  @AfterEach
  void closeTestbed() {
    testbed.close();
  }

  @Test
  void start_withoutCluster_isLocal() {
    var node = testbed.startNode();

    assertThat(node.vertx().isClustered()).isFalse();
    assertThat(node.nodeId()).isEqualTo("local");
    assertThat(node.memberCount()).isZero();
    assertThat(node.problem()).isEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void start_withoutCluster_opensNoPort() throws IOException, InterruptedException {
    try (var child = testbed.startChild()) {
      assertThat(ListeningSockets.of(child.pid())).isEmpty();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void start_clustered_listensOnItsAddressOnly() throws IOException, InterruptedException {
    try (var child = testbed.startChild("cluster.listen", "127.0.0.1:0")) {
      assertThat(ListeningSockets.of(child.pid()))
          .hasSize(2)
          .allMatch(address -> address.startsWith("127.0.0.1:"));
    }
  }

  /** A release of Hazelcast may name the task otherwise. */
  @Test
  void start_clustered_stopsThePollingOfFutures() {
    try (var log = LogCapture.start(MemberPort.class.getName())) {
      testbed.startNode("cluster.listen", "127.0.0.1:0");

      assertThat(log.lines()).noneMatch(line -> line.contains("polls futures"));
    }
  }

  @Test
  void start_clustered_collectsNoStatistics() {
    var node = testbed.startNode("cluster.listen", "127.0.0.1:0");

    testbed.awaitNoStatistics(node);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void start_clustered_isNotReachableOnOtherAddresses() throws IOException {
    var node = testbed.startNode("cluster.listen", "127.0.0.1:0");
    var port = portOf(node);

    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        var other = new Socket()) {
      assertThat(socket.isConnected()).isTrue();
      assertThatThrownBy(() -> other.connect(new InetSocketAddress("127.0.0.2", port), 2000))
          .isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void start_clustered_rejectsHazelcastClients() {
    var node = testbed.startNode("cluster.listen", "127.0.0.1:0");
    var client = new ClientConfig();
    client.setClusterName(node.hazelcast().getConfig().getClusterName());
    client.getNetworkConfig().addAddress(ClusterTestbed.addressOf(node));
    client
        .getConnectionStrategyConfig()
        .getConnectionRetryConfig()
        .setClusterConnectTimeoutMillis(0);

    assertThatThrownBy(() -> HazelcastClient.newHazelcastClient(client))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void start_clustered_hasThreeOutputThreads() {
    var node = testbed.startNode("cluster.listen", "127.0.0.1:0");
    var prefix = "hz." + node.hazelcast().getName() + ".IO.thread-out-";

    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().startsWith(prefix))
        .hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void start_portTaken_failsWithOneLineThatNamesTheKey() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var address = new HostPort("127.0.0.1", taken.getLocalPort()).toString();

      assertThat(testbed.start("cluster.listen", address).cause())
          .hasMessageStartingWith("cluster.listen " + address + " cannot be opened");
    }
  }

  @Test
  void start_defaultPortTaken_takesTheNext() {
    var first = testbed.startNode("cluster.join", "127.0.0.1:5701");
    var second = testbed.startNode("cluster.join", ClusterTestbed.addressOf(first));

    assertThat(portOf(first)).isBetween(5701, 5720);
    assertThat(ClusterTestbed.addressOf(second)).isNotEqualTo(ClusterTestbed.addressOf(first));
    assertThat(second.memberCount()).isEqualTo(2);
  }

  @Test
  void start_wrongName_doesNotJoin() {
    var member = testbed.startNode("cluster.listen", "127.0.0.1:0");
    var otherNode =
        testbed.startNode(
            "cluster.join", ClusterTestbed.addressOf(member), "cluster.name", "some-other-name");

    assertThat(otherNode.memberCount()).isEqualTo(1);
    assertThat(member.memberCount()).isEqualTo(1);
  }

  @Test
  void start_liteAlone_failsWithTheReason() {
    assertThatThrownBy(
            () -> testbed.startNode("cluster.listen", "127.0.0.1:0", "cluster.lite", "true"))
        .hasMessageContaining("cluster.lite is set and no data member is reachable");
  }

  @Test
  void members_afterJoinAndLeave_areTheCurrentOnes() {
    testbed.useTiming(ClusterTestbed.WITHOUT_HEARTBEAT_TIMEOUT);
    var first = testbed.startNode("cluster.listen", "127.0.0.1:0");
    var second = testbed.startNode("cluster.join", ClusterTestbed.addressOf(first));

    testbed.await("two members", () -> first.memberCount() == 2);
    assertThat(second.memberCount()).isEqualTo(2);
    assertThat(first.problem()).isEmpty();

    ClusterTestbed.awaitResult(second.close());
    testbed.await("one member left", () -> first.memberCount() == 1);
    assertThat(second.memberCount()).isZero();
    assertThat(second.problem()).isPresent();
  }

  /** Requires the class of the answer in the allow list as well, which is an exception. */
  @Test
  void deserialize_classNotInAllowList_isRejectedAtOnce() {
    var first = testbed.startNode("cluster.listen", "127.0.0.1:0");
    var second = testbed.startNode("cluster.join", ClusterTestbed.addressOf(first));
    var partitions = first.hazelcast().getPartitionService();
    var remote = new AtomicInteger();
    testbed.await(
        "a key in a partition of the other node",
        () -> !isLocal(partitions.getPartition(remote.incrementAndGet()).getOwner()));

    var answer =
        first.hazelcast().getMap("any").submitToKey(remote.get(), new DisallowedProcessor());

    assertThat(answer.toCompletableFuture())
        .failsWithin(Duration.ofSeconds(60))
        .withThrowableThat()
        .withMessageContaining(
            "Resolving class " + DisallowedProcessor.class.getName() + " is not allowed");
    assertThat(second.memberCount()).isEqualTo(2);
  }

  @Test
  void publish_twoNodes_reachesBoth() {
    var first = testbed.startNode("cluster.listen", "127.0.0.1:0");
    var second = testbed.startNode("cluster.join", ClusterTestbed.addressOf(first));
    var receivedByFirst = receive(first.vertx(), "topic");
    var receivedBySecond = receive(second.vertx(), "topic");

    second.vertx().eventBus().publish("topic", "hello");

    assertThat(List.of(receivedByFirst.join(), receivedBySecond.join())).containsOnly("hello");
  }

  private static CompletableFuture<String> receive(Vertx vertx, String address) {
    var received = new CompletableFuture<String>();
    var consumer =
        vertx.eventBus().<String>consumer(address, message -> received.complete(message.body()));
    ClusterTestbed.awaitResult(consumer.completion());
    return received.orTimeout(ClusterTestbed.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
  }

  private static int portOf(ClusterNode node) {
    return node.hazelcast().getCluster().getLocalMember().getAddress().getPort();
  }

  private static boolean isLocal(@Nullable Member owner) {
    return owner == null || owner.localMember();
  }

  private static final class DisallowedProcessor implements EntryProcessor<Object, Object, Object> {
    @Override
    public Object process(Map.Entry<Object, Object> entry) {
      return "reached";
    }
  }
}
