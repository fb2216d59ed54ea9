package io.muster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.client.HazelcastClient;
import com.hazelcast.client.config.ClientConfig;
import com.hazelcast.cluster.Member;
import com.hazelcast.map.EntryProcessor;
import io.muster.runtime.config.HostPort;
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

/** One or two nodes in one JVM: what listens, who is let in, who is on the roll. */
final class ClusterNodeIT {
  private final Nodes nodes = new Nodes();

  @AfterEach
  void end() {
    nodes.close();
  }

  @Test
  void start_withoutCluster_isLocal() {
    var node = nodes.node();

    assertThat(node.vertx().isClustered()).isFalse();
    assertThat(node.nodeId()).isEqualTo("local");
    assertThat(node.members()).isEmpty();
    assertThat(node.health()).isEqualTo(new ClusterHealth(true, "not clustered"));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void start_withoutCluster_opensNoPort() throws IOException, InterruptedException {
    try (var child = nodes.child()) {
      assertThat(ListeningSockets.of(child.pid())).isEmpty();
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void start_clustered_listensOnItsAddressOnly() throws IOException, InterruptedException {
    try (var child = nodes.child("cluster.listen", "127.0.0.1:0")) {
      assertThat(ListeningSockets.of(child.pid()))
          .hasSize(2)
          .allMatch(address -> address.startsWith("127.0.0.1:"));
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void start_clustered_refusesOtherAddressesOfThePort() throws IOException {
    var node = nodes.node("cluster.listen", "127.0.0.1:0");
    var port = node.members().get(0).address().port();

    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        var other = new Socket()) {
      assertThat(socket.isConnected()).isTrue();
      assertThatThrownBy(() -> other.connect(new InetSocketAddress("127.0.0.2", port), 2000))
          .isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void start_clustered_refusesHazelcastClients() {
    var node = nodes.node("cluster.listen", "127.0.0.1:0");
    var client = new ClientConfig();
    client.setClusterName(node.hazelcast().getConfig().getClusterName());
    client.getNetworkConfig().addAddress(Nodes.addressOf(node));
    client
        .getConnectionStrategyConfig()
        .getConnectionRetryConfig()
        .setClusterConnectTimeoutMillis(0);

    assertThatThrownBy(() -> HazelcastClient.newHazelcastClient(client))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void start_clustered_hasThreeOutputThreads() {
    var node = nodes.node("cluster.listen", "127.0.0.1:0");
    var prefix = "hz." + node.hazelcast().getName() + ".IO.thread-out-";

    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().startsWith(prefix))
        .hasSizeGreaterThanOrEqualTo(3);
  }

  @Test
  void start_portTaken_failsWithOneLineThatNamesTheKey() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var address = new HostPort("127.0.0.1", taken.getLocalPort()).toString();

      assertThat(nodes.starting("cluster.listen", address).cause())
          .hasMessageStartingWith("cluster.listen " + address + " cannot be opened");
    }
  }

  @Test
  void start_defaultPortTaken_takesTheNext() {
    var first = nodes.node("cluster.join", "127.0.0.1:5701");
    var second = nodes.node("cluster.join", Nodes.addressOf(first));

    assertThat(first.members().get(0).address().port()).isBetween(5701, 5720);
    assertThat(Nodes.addressOf(second)).isNotEqualTo(Nodes.addressOf(first));
    assertThat(second.members()).hasSize(2);
  }

  @Test
  void start_wrongName_staysOutside() {
    var inside = nodes.node("cluster.listen", "127.0.0.1:0");
    var outside =
        nodes.node("cluster.join", Nodes.addressOf(inside), "cluster.name", "some-other-name");

    assertThat(outside.members()).hasSize(1);
    assertThat(inside.members()).hasSize(1);
  }

  @Test
  void start_liteAlone_failsWithTheReason() {
    assertThatThrownBy(() -> nodes.node("cluster.listen", "127.0.0.1:0", "cluster.lite", "true"))
        .hasMessageContaining("cluster.lite is set and no other member is reached");
  }

  @Test
  void members_afterJoinAndLeave_areThoseThatAreThere() {
    var first = nodes.node("cluster.listen", "127.0.0.1:0");
    var second = nodes.node("cluster.join", Nodes.addressOf(first));

    nodes.await("both on the roll", () -> first.members().size() == 2);
    assertThat(second.members()).extracting(ClusterMember::nodeId).contains(first.nodeId());
    assertThat(first.health()).isEqualTo(new ClusterHealth(true, "members 2"));

    Nodes.get(second.close());
    nodes.await("one left", Duration.ofSeconds(5), () -> first.members().size() == 1);
    assertThat(second.members()).isEmpty();
    assertThat(second.health().healthy()).isFalse();
  }

  /** The answer is an exception with arrays in it: it has to get through the list as well. */
  @Test
  void deserialize_classOffTheList_isRefusedAtOnce() {
    var first = nodes.node("cluster.listen", "127.0.0.1:0");
    var second = nodes.node("cluster.join", Nodes.addressOf(first));
    var partitions = first.hazelcast().getPartitionService();
    var remote = new AtomicInteger();
    nodes.await(
        "a key of the other node",
        () -> !isLocal(partitions.getPartition(remote.incrementAndGet()).getOwner()));

    var answer = first.hazelcast().getMap("any").submitToKey(remote.get(), new Intruder());

    assertThat(answer.toCompletableFuture())
        .failsWithin(Duration.ofSeconds(8))
        .withThrowableThat()
        .withMessageContaining("Resolving class " + Intruder.class.getName() + " is not allowed");
    assertThat(second.members()).hasSize(2);
  }

  @Test
  void publish_twoNodes_reachesBoth() {
    var first = nodes.node("cluster.listen", "127.0.0.1:0");
    var second = nodes.node("cluster.join", Nodes.addressOf(first));
    var heard = heard(first.vertx(), "topic");
    var echoed = heard(second.vertx(), "topic");

    second.vertx().eventBus().publish("topic", "hello");

    assertThat(List.of(heard.join(), echoed.join())).containsOnly("hello");
  }

  private static CompletableFuture<String> heard(Vertx vertx, String address) {
    var heard = new CompletableFuture<String>();
    var consumer =
        vertx.eventBus().<String>consumer(address, message -> heard.complete(message.body()));
    Nodes.get(consumer.completion());
    return heard.orTimeout(Nodes.PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  private static boolean isLocal(@Nullable Member owner) {
    return owner == null || owner.localMember();
  }

  private static final class Intruder implements EntryProcessor<Object, Object, Object> {
    @Override
    public Object process(Map.Entry<Object, Object> entry) {
      return "reached";
    }
  }
}
