package io.muster.runtime.cluster.member;

import static com.hazelcast.spi.properties.ClusterProperty.IO_BALANCER_INTERVAL_SECONDS;
import static com.hazelcast.spi.properties.ClusterProperty.IO_INPUT_THREAD_COUNT;
import static com.hazelcast.spi.properties.ClusterProperty.IO_OUTPUT_THREAD_COUNT;
import static com.hazelcast.spi.properties.ClusterProperty.IO_WRITE_THROUGH_ENABLED;

import com.hazelcast.instance.impl.Node;
import com.hazelcast.internal.metrics.MetricsRegistry;
import com.hazelcast.internal.metrics.ProbeLevel;
import com.hazelcast.internal.metrics.impl.MetricsRegistryImpl;
import com.hazelcast.internal.networking.Networking;
import com.hazelcast.internal.networking.nio.NioNetworking;
import com.hazelcast.internal.server.Server;
import com.hazelcast.internal.server.tcp.LocalAddressRegistry;
import com.hazelcast.internal.server.tcp.ServerSocketRegistry;
import com.hazelcast.internal.server.tcp.TcpServer;
import com.hazelcast.internal.server.tcp.TcpServerConnectionChannelErrorHandler;
import com.hazelcast.internal.server.tcp.TcpServerContext;

/**
 * Creates the server of a member as Hazelcast does, but without statistics: it would collect them
 * each second, on two threads of their own and on those of each connection, and nobody reads them.
 */
final class MemberServer {
  private MemberServer() {}

  static Server create(
      Node node, ServerSocketRegistry sockets, LocalAddressRegistry localAddresses) {
    // All timers of the server have the level INFO, which is lower.
    var metrics =
        new MetricsRegistryImpl(node.getLogger(MetricsRegistry.class), ProbeLevel.MANDATORY);
    var context = new TcpServerContext(node, node.nodeEngine);
    return new TcpServer(
        node.getConfig(),
        context,
        sockets,
        localAddresses,
        metrics,
        createNetworking(node, metrics),
        node.getNodeExtension().createChannelInitializerFn(context));
  }

  private static Networking createNetworking(Node node, MetricsRegistry metrics) {
    var properties = node.getProperties();
    var errorLogger = node.getLogger(TcpServerConnectionChannelErrorHandler.class);
    return new NioNetworking(
        new NioNetworking.Context()
            .loggingService(node.loggingService)
            .metricsRegistry(metrics)
            .threadNamePrefix(node.hazelcastInstance.getName())
            .errorHandler(new TcpServerConnectionChannelErrorHandler(errorLogger))
            .inputThreadCount(properties.getInteger(IO_INPUT_THREAD_COUNT))
            .outputThreadCount(properties.getInteger(IO_OUTPUT_THREAD_COUNT))
            .balancerIntervalSeconds(properties.getInteger(IO_BALANCER_INTERVAL_SECONDS))
            .writeThroughEnabled(properties.getBoolean(IO_WRITE_THROUGH_ENABLED))
            .concurrencyDetection(node.nodeEngine.getConcurrencyDetection()));
  }
}
