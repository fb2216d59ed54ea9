package io.muster.runtime.cluster;

import com.hazelcast.config.Config;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.MapConfig;
import com.hazelcast.config.MultiMapConfig;
import com.hazelcast.config.MultiMapConfig.ValueCollectionType;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.config.TcpIpConfig;
import io.muster.runtime.config.HostPort;
import java.time.Duration;
import java.util.UUID;

/** The Hazelcast configuration of one member: the settings that differ from the defaults. */
final class MemberConfig {
  static final String SUBSCRIPTIONS_MAP = "__vertx.subs";
  static final String NODES_MAP = "__vertx.nodeInfo";

  /** Attribute of a member in which vertx-hazelcast expects the id of its node. */
  static final String NODE_ID_ATTRIBUTE = "__vertx.nodeId";

  private static final Duration FIRST_MERGE = Duration.ofSeconds(5);

  /** After a cut, the next attempt begins within this time: TCP itself repeats the first packet. */
  private static final int CONNECT_TIMEOUT_SECONDS = 2;

  /**
   * Every member has both buffers in its heap for each other member: with the default of 128 KiB,
   * 250 hosts would fill the heap of a collector. Only registrations and heartbeats pass.
   */
  private static final int SOCKET_BUFFER_KIB = 16;

  private static final String OPERATION_THREADS = "2";
  private static final String BACKUP_CHECK_SECONDS = "120";

  private MemberConfig() {}

  static Config of(ClusterConfig cluster, HostPort listen, ClusterTiming timing) {
    var config = new Config();
    config.setClusterName(cluster.name());
    config.setLiteMember(cluster.isLite());
    config.getMemberAttributeConfig().setAttribute(NODE_ID_ATTRIBUTE, UUID.randomUUID().toString());
    config.addMapConfig(new MapConfig(NODES_MAP).setBackupCount(1));
    config.addMultiMapConfig(
        new MultiMapConfig(SUBSCRIPTIONS_MAP)
            .setBackupCount(1)
            .setValueCollectionType(ValueCollectionType.SET));
    config
        .getSerializationConfig()
        .setJavaSerializationFilterConfig(DeserializationAllowList.createFilter());
    omitUnused(config);
    configureListener(config, cluster, listen);
    configureJoin(config, cluster);
    setLimits(config, timing);
    config.setProperty("hazelcast.logging.type", "slf4j");
    config.setProperty("hazelcast.shutdownhook.enabled", "false");
    return config;
  }

  /** Saves the threads and timers of Hazelcast that the event bus does not need. */
  private static void omitUnused(Config config) {
    config.getMetricsConfig().setEnabled(false);
    config.setProperty("hazelcast.phone.home.enabled", "false");
    config.setProperty("hazelcast.health.monitoring.level", "OFF");
    config.setProperty("hazelcast.slow.operation.detector.enabled", "false");
    config.setProperty("hazelcast.event.thread.count", "1");
    config.setProperty("hazelcast.operation.response.thread.count", "1");
    // By default one for each core, of which GPU hosts have a hundred; registrations are few.
    config.setProperty("hazelcast.operation.thread.count", OPERATION_THREADS);
    config.setProperty("hazelcast.operation.generic.thread.count", OPERATION_THREADS);
    // The copies are also compared after each change of the membership.
    config.setProperty("hazelcast.partition.backup.sync.interval", BACKUP_CHECK_SECONDS);
    // Counters that no one creates would be sent to the other members each second.
    config.getCRDTReplicationConfig().setReplicationPeriodMillis(Integer.MAX_VALUE);
  }

  /**
   * Enables the advanced network with only a member endpoint, so that the member rejects Hazelcast
   * clients, which otherwise need only the cluster's name to read and write everything.
   */
  private static void configureListener(Config config, ClusterConfig cluster, HostPort listen) {
    var endpoint =
        new ServerSocketEndpointConfig()
            .setPort(listen.port())
            .setPortCount(ClusterConfig.DEFAULT_PORT_COUNT)
            .setPortAutoIncrement(!cluster.isPortFixed())
            // A restarted node must not wait for connections in TIME_WAIT.
            .setReuseAddress(true)
            .setSocketConnectTimeoutSeconds(CONNECT_TIMEOUT_SECONDS)
            .setSocketRcvBufferSizeKb(SOCKET_BUFFER_KIB)
            .setSocketSendBufferSizeKb(SOCKET_BUFFER_KIB);
    config.getAdvancedNetworkConfig().setEnabled(true).setMemberEndpointConfig(endpoint);
    config.setProperty("hazelcast.local.localAddress", listen.host());
    // By default Hazelcast listens on 0.0.0.0, regardless of its address.
    config.setProperty("hazelcast.socket.bind.any", "false");
    var ipv6 = listen.host().indexOf(':') >= 0;
    config.setProperty("hazelcast.prefer.ipv4.stack", String.valueOf(!ipv6));
  }

  private static void configureJoin(Config config, ClusterConfig cluster) {
    var tcpIp =
        new TcpIpConfig().setEnabled(true).setConnectionTimeoutSeconds(CONNECT_TIMEOUT_SECONDS);
    cluster.seeds().forEach(seed -> tcpIp.addMember(seed.toString()));
    var join = new JoinConfig().setTcpIpConfig(tcpIp);
    join.getAutoDetectionConfig().setEnabled(false);
    join.getMulticastConfig().setEnabled(false);
    config.getAdvancedNetworkConfig().setJoin(join);
    config.setProperty("hazelcast.wait.seconds.before.join", "0");
    config.setProperty("hazelcast.max.join.seconds", "60");
    // Former members are searched for as parts of a split cluster, 5 s each. The default is 4 h.
    config.setProperty(
        "hazelcast.tcp.join.previously.joined.member.address.retention.seconds", "3600");
  }

  private static void setLimits(Config config, ClusterTiming timing) {
    config.setProperty("hazelcast.partition.count", "31");
    // Writing to a frozen member keeps one output thread busy: the heartbeats to the healthy
    // members need another.
    config.setProperty("hazelcast.io.output.thread.count", "3");
    config.setProperty("hazelcast.heartbeat.interval.seconds", seconds(timing.heartbeatInterval()));
    config.setProperty("hazelcast.max.no.heartbeat.seconds", seconds(timing.heartbeatTimeout()));
    // Nodes that start at once, before their seed, form a cluster each: these merge soon.
    var firstMerge =
        timing.mergeInterval().compareTo(FIRST_MERGE) < 0 ? timing.mergeInterval() : FIRST_MERGE;
    config.setProperty("hazelcast.merge.first.run.delay.seconds", seconds(firstMerge));
    config.setProperty("hazelcast.merge.next.run.delay.seconds", seconds(timing.mergeInterval()));
    config.setProperty("hazelcast.operation.call.timeout.millis", "10000");
    // A write continues without the backup's answer, which may be lost while partitions migrate.
    config.setProperty("hazelcast.operation.backup.timeout.millis", "1000");
    // A leaving node waits for a frozen member; the default is ten minutes.
    config.setProperty("hazelcast.graceful.shutdown.max.wait", "3");
  }

  private static String seconds(Duration duration) {
    return String.valueOf(duration.toSeconds());
  }
}
