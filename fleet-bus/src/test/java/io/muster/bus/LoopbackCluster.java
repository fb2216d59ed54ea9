package io.muster.bus;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.hazelcast.config.Config;
import io.vertx.core.Vertx;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A cluster on loopback, with a random name. Confined to the thread of the test. */
public final class LoopbackCluster {
  private final String clusterName = UUID.randomUUID().toString();
  private final List<String> memberAddresses = new ArrayList<>();

  /** Starts one more member; the caller closes it. */
  public Vertx startNode() throws Exception {
    var config = new Config().setClusterName(clusterName);
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    config.setProperty("hazelcast.socket.bind.any", "false");
    config.getMetricsConfig().setEnabled(false);
    var networkConfig = config.getNetworkConfig().setPort(0);
    networkConfig.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    networkConfig.getJoin().getAutoDetectionConfig().setEnabled(false);
    networkConfig.getJoin().getMulticastConfig().setEnabled(false);
    networkConfig.getJoin().getTcpIpConfig().setEnabled(true).setMembers(memberAddresses);
    var clusterManager = new HazelcastClusterManager(config);
    var vertx =
        Vertx.builder().withClusterManager(clusterManager).buildClustered().await(60, SECONDS);
    var member = clusterManager.getHazelcastInstance().getCluster().getLocalMember().getAddress();
    memberAddresses.add(member.getHost() + ":" + member.getPort());
    return vertx;
  }
}
