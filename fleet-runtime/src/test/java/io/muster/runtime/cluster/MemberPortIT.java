package io.muster.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.diagnostics.DiagnosticsConfig;
import com.hazelcast.internal.diagnostics.DiagnosticsOutputType;
import com.hazelcast.internal.dynamicconfig.AddDynamicConfigOperation;
import com.hazelcast.internal.dynamicconfig.ClusterWideConfigurationService;
import io.muster.runtime.cluster.member.MemberClient;
import io.muster.runtime.config.HostPort;
import io.muster.runtime.config.Secret;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Attacks on the member port of a node of a real cluster. Meanwhile both members stay, and each
 * receives what the other publishes.
 */
@Tag("slow")
final class MemberPortIT {
  private static final Secret SECRET = new Secret("0123456789abcdef0123456789abcdef");
  private static final int TWO_GIGABYTES = Integer.MAX_VALUE;
  private static final int MANY = 200;

  private final ClusterTestbed testbed = new ClusterTestbed().useSecret(SECRET);
  private final List<MemberClient> clients = new ArrayList<>();

  @AfterEach
  void closeTestbed() {
    clients.forEach(MemberClient::close);
    testbed.close();
  }

  @Test
  void connect_packetWithoutHandshake_isClosedUnread() throws IOException {
    var cluster = startCluster();

    connect(cluster).send(MemberClient.packetOf(TWO_GIGABYTES)).awaitEnd();

    assertThat(testbed.rejections(cluster.target(), "member", "protocol")).isEqualTo(1);
    assertUndisturbed(cluster);
  }

  @Test
  void connect_hugePacketAfterHandshake_isClosedBeforeAllocation() throws IOException {
    var cluster = startCluster();
    var member = connect(cluster);
    assertThat(member.shakeHands(SECRET, testbed.clusterName())).isTrue();

    member.send(MemberClient.packetOf(TWO_GIGABYTES)).awaitEnd();

    assertThat(testbed.rejections(cluster.target(), "member", "packet")).isEqualTo(1);
    assertUndisturbed(cluster);
  }

  @Test
  void connect_negativePacketAfterHandshake_isClosed() throws IOException {
    var cluster = startCluster();
    var member = connect(cluster);
    assertThat(member.shakeHands(SECRET, testbed.clusterName())).isTrue();

    member.send(MemberClient.packetOf(-1)).awaitEnd();

    assertThat(testbed.rejections(cluster.target(), "member", "packet")).isEqualTo(1);
    assertUndisturbed(cluster);
  }

  @Test
  void connect_hugePacketsOnManyConnections_areAllClosed() throws IOException {
    var cluster = startCluster();
    for (var count = 0; count < MANY; count++) {
      connect(cluster).send(MemberClient.packetOf(TWO_GIGABYTES));
      var member = connect(cluster);
      assertThat(member.shakeHands(SECRET, testbed.clusterName())).isTrue();
      member.send(MemberClient.packetOf(TWO_GIGABYTES));
    }

    clients.forEach(MemberClient::awaitEnd);
    assertThat(testbed.rejections(cluster.target(), "member", "packet")).isEqualTo(MANY);
    assertThat(testbed.rejections(cluster.target(), "member", "protocol")).isEqualTo(MANY);
    assertUndisturbed(cluster);
  }

  @Test
  void connect_replayedHandshake_isRefused() throws IOException {
    var cluster = startCluster();
    var recorded = connect(cluster);
    assertThat(recorded.shakeHands(SECRET, testbed.clusterName())).isTrue();

    connect(cluster).send(recorded.sent()).awaitEnd();

    assertThat(testbed.rejections(cluster.target(), "member", "secret")).isEqualTo(1);
    assertUndisturbed(cluster);
  }

  @Test
  void connect_otherSecret_isRefusedWithAnAnswer() throws IOException {
    var cluster = startCluster();

    assertThat(connect(cluster).shakeHands(Secret.random(32), testbed.clusterName())).isFalse();
    assertThat(connect(cluster).shakeHands(Secret.NONE, testbed.clusterName())).isFalse();
    assertThat(connect(cluster).shakeHands(SECRET, "another cluster")).isFalse();

    assertThat(testbed.rejections(cluster.target(), "member", "secret")).isEqualTo(3);
    assertUndisturbed(cluster);
  }

  @Test
  void start_otherSecret_staysAloneAndBothCountIt() {
    var cluster = startCluster();
    testbed.useSecret(Secret.random(32));

    var outsider = testbed.startNode("cluster.join", ClusterTestbed.addressOf(cluster.target()));

    assertThat(outsider.memberCount()).isEqualTo(1);
    assertThat(testbed.rejections(outsider, "member", "secret")).isPositive();
    assertThat(testbed.rejections(cluster.target(), "member", "secret")).isPositive();
    assertUndisturbed(cluster);
  }

  /** Fails if a release of Hazelcast no longer uses the extension that guards the port. */
  @Test
  @Tag("slow")
  void start_memberOfPlainHazelcast_isRejected() {
    var cluster = startCluster();
    var seeds = HostPort.parse(ClusterTestbed.addressOf(cluster.target())).stream().toList();
    var listen = new HostPort("127.0.0.1", 0);
    var plain =
        new ClusterConfig(
            seeds,
            Optional.of(listen),
            true,
            listen,
            testbed.clusterName(),
            false,
            SECRET,
            false,
            Optional.empty());
    var config = MemberConfig.of(plain, listen, ClusterTiming.standard());
    config.setProperty("hazelcast.max.join.seconds", "3");

    assertThatThrownBy(() -> Hazelcast.newHazelcastInstance(config))
        .hasMessageContaining("failed to start");

    assertUndisturbed(cluster);
  }

  /** Since release 5.6 a member can configure all others, which then write files anywhere. */
  @Test
  void invoke_diagnosticsOnOtherMembers_isRefusedAndWritesNoFile(@TempDir Path directory) {
    var cluster = startCluster();
    var diagnostics =
        new DiagnosticsConfig()
            .setEnabled(true)
            .setLogDirectory(directory.toString())
            .setOutputType(DiagnosticsOutputType.FILE);
    var sender = ((HazelcastInstanceProxy) cluster.other().hazelcast()).getOriginal().node;
    var version = sender.getClusterService().getMemberListVersion();
    var result =
        sender
            .nodeEngine
            .getOperationService()
            .invokeOnTarget(
                ClusterWideConfigurationService.SERVICE_NAME,
                new AddDynamicConfigOperation(diagnostics, version, null),
                cluster.target().hazelcast().getCluster().getLocalMember().getAddress());

    assertThatThrownBy(result::join).hasMessageContaining("members do not exchange this object");

    assertThat(directory).isEmptyDirectory();
    assertUndisturbed(cluster);
  }

  @Test
  void invoke_taskOnOtherMember_isRefused() {
    var cluster = startCluster();
    var executor = cluster.other().hazelcast().getExecutorService("executor");
    var target = cluster.target().hazelcast().getCluster().getLocalMember();

    var result = executor.submitToMember((Callable<String> & Serializable) () -> "done", target);

    assertThatThrownBy(result::get).hasMessageContaining("members do not exchange this object");
    assertThat(testbed.rejectedObjects(cluster.target())).isEqualTo(1);
    assertUndisturbed(cluster);
  }

  @Test
  @Tag("slow")
  void start_whileSilentConnectionsAreOpen_joins() {
    var cluster = startCluster();
    for (var count = 0; count < MANY; count++) {
      connect(cluster);
    }

    var joined = testbed.startNode("cluster.join", ClusterTestbed.addressOf(cluster.target()));

    assertThat(joined.memberCount()).isEqualTo(3);
    clients.forEach(MemberClient::awaitEnd);
    assertThat(testbed.rejections(cluster.target(), "member", "limit")).isPositive();
    assertThat(testbed.rejections(cluster.target(), "member", "timeout")).isPositive();
  }

  @Test
  void connect_unfinishedHandshake_isClosed() throws IOException {
    var cluster = startCluster();

    connect(cluster).send(new byte[] {'M', 'S', 'T'}).awaitEnd();

    assertThat(testbed.rejections(cluster.target(), "member", "timeout")).isEqualTo(1);
    assertUndisturbed(cluster);
  }

  @Test
  void connect_closedDuringTheHandshake_isCounted() throws IOException {
    var cluster = startCluster();

    connect(cluster).close();

    testbed.await("rejection", () -> testbed.rejections(cluster.target(), "member", "closed") == 1);
    assertUndisturbed(cluster);
  }

  @Test
  void connect_withoutSecret_hugePacketIsClosedBeforeAllocation() throws IOException {
    testbed.useSecret(Secret.NONE);
    var cluster = startCluster();
    var member = connect(cluster);
    assertThat(member.shakeHands(Secret.NONE, testbed.clusterName())).isTrue();

    member.send(MemberClient.packetOf(TWO_GIGABYTES)).awaitEnd();
    connect(cluster).send(MemberClient.packetOf(TWO_GIGABYTES)).awaitEnd();

    assertUndisturbed(cluster);
  }

  private TwoMembers startCluster() {
    var target = testbed.startNode("cluster.listen", "127.0.0.1:0");
    var other = testbed.startNode("cluster.join", ClusterTestbed.addressOf(target));
    assertThat(other.memberCount()).isEqualTo(2);
    return new TwoMembers(target, other);
  }

  private MemberClient connect(TwoMembers cluster) {
    var client = MemberClient.connect(ClusterTestbed.addressOf(cluster.target()));
    clients.add(client);
    return client;
  }

  private void assertUndisturbed(TwoMembers cluster) {
    var receivedByTarget = PingRecorder.on(cluster.target().vertx());
    var receivedByOther = PingRecorder.on(cluster.other().vertx());
    testbed.awaitDelivery(cluster.target(), receivedByOther);
    testbed.awaitDelivery(cluster.other(), receivedByTarget);
    assertThat(cluster.target().memberCount()).isEqualTo(2);
    assertThat(cluster.other().memberCount()).isEqualTo(2);
  }

  private record TwoMembers(ClusterNode target, ClusterNode other) {}
}
