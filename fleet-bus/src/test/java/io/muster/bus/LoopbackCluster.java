package io.muster.bus;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.hazelcast.config.Config;
import io.vertx.core.Vertx;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.UUID;

/** A cluster on loopback, with a random name. */
public final class LoopbackCluster {
  private final String clusterName = UUID.randomUUID().toString();
  private final int seedPort;

  /** Creates a cluster without members. */
  public LoopbackCluster() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      seedPort = socket.getLocalPort();
    }
  }

  /** Starts one more member; the caller closes it. */
  public Vertx startNode() throws Exception {
    var config = new Config().setClusterName(clusterName);
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    config.setProperty("hazelcast.socket.bind.any", "false");
    config.getMetricsConfig().setEnabled(false);
    var networkConfig = config.getNetworkConfig().setPort(seedPort);
    networkConfig.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
    networkConfig.getJoin().getAutoDetectionConfig().setEnabled(false);
    networkConfig.getJoin().getMulticastConfig().setEnabled(false);
    networkConfig.getJoin().getTcpIpConfig().setEnabled(true).addMember("127.0.0.1:" + seedPort);
    return Vertx.builder()
        .withClusterManager(new HazelcastClusterManager(config))
        .buildClustered()
        .await(60, SECONDS);
  }
}
