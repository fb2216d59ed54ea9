package io.muster.runtime.cluster.member;

import com.hazelcast.cluster.Address;
import com.hazelcast.config.Config;
import com.hazelcast.config.EndpointConfig;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.DefaultNodeContext;
import com.hazelcast.instance.impl.DefaultNodeExtension;
import com.hazelcast.instance.impl.HazelcastInstanceFactory;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.instance.impl.NodeExtension;
import com.hazelcast.internal.networking.ChannelInitializer;
import com.hazelcast.internal.networking.InboundHandler;
import com.hazelcast.internal.serialization.InternalSerializationService;
import com.hazelcast.internal.server.Server;
import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.internal.server.ServerConnectionManager;
import com.hazelcast.internal.server.ServerContext;
import com.hazelcast.internal.server.tcp.ChannelInitializerFunction;
import com.hazelcast.internal.server.tcp.LocalAddressRegistry;
import com.hazelcast.internal.server.tcp.ServerSocketRegistry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.muster.bus.metrics.MeterFactory;
import io.muster.runtime.config.HostPort;
import io.muster.runtime.config.Secret;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port on which a Hazelcast member talks to the others: only those that know the cluster's
 * secret are connected.
 *
 * <p>The open-source edition ignores a configured socket interceptor, hence an own node extension.
 * Its handlers are part of Hazelcast's pipelines, and so a handshake occupies none of the sixteen
 * threads with which Hazelcast opens connections.
 *
 * @param secret shared by all members; without one, every process that knows the protocol is
 *     admitted
 * @param seeds their addresses have slots of their own among the unfinished handshakes
 * @param silence time without data after which the connections of a member are opened again
 * @param registry for the metrics of the port
 */
public record MemberPort(
    Secret secret, List<HostPort> seeds, Duration silence, MeterRegistry registry) {
  private static final Logger log = LoggerFactory.getLogger(MemberPort.class);
  private static final LongSupplier NANOS = System::nanoTime;

  public MemberPort {
    seeds = List.copyOf(seeds);
  }

  /**
   * Starts a member, which joins the cluster if it finds one. Blocks for up to a minute.
   *
   * @param onShutdown called when the member has shut down, even if it does so by itself, of which
   *     the lifecycle listeners of Hazelcast are not notified
   */
  public HazelcastInstance startMember(Config config, Runnable onShutdown) {
    var context =
        new DefaultNodeContext() {
          @Override
          public NodeExtension createNodeExtension(Node node) {
            return new Extension(node, onShutdown);
          }

          @Override
          public Server createServer(
              Node node, ServerSocketRegistry sockets, LocalAddressRegistry localAddresses) {
            return MemberServer.create(node, sockets, localAddresses);
          }
        };
    return HazelcastInstanceFactory.newHazelcastInstance(config, config.getInstanceName(), context);
  }

  private Set<InetAddress> resolveSeeds() {
    var addresses = new HashSet<InetAddress>();
    for (var seed : seeds) {
      try {
        addresses.addAll(List.of(InetAddress.getAllByName(seed.host())));
      } catch (UnknownHostException unknown) {
        // Without a known address it has no slot of its own.
      }
    }
    return addresses;
  }

  /** Hazelcast's extension point of one member. Safe for use by any thread. */
  private final class Extension extends DefaultNodeExtension {
    private final ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              var thread = new Thread(task, "muster-member-port");
              thread.setDaemon(true);
              return thread;
            });
    private final MemberRejections rejections = new MemberRejections(registry, NANOS);
    private final MeterFactory meters = new MeterFactory(registry, "muster.cluster.");
    private final Counter reconnections =
        meters.counter(
            "reconnections", "Times the connections to a silent member were opened again");
    private final Counter rejectedObjects =
        meters.counter(
            "rejected.objects",
            "Objects of other members that are not on the list of those that are read");
    private final Runnable onShutdown;
    private final HandshakeKey key;
    private final Set<InetAddress> seedAddresses = resolveSeeds();

    Extension(Node node, Runnable onShutdown) {
      super(node);
      this.onShutdown = onShutdown;
      key = new HandshakeKey(secret, node.getConfig().getClusterName());
      timer.setRemoveOnCancelPolicy(true);
    }

    @Override
    public InternalSerializationService createSerializationService() {
      var service = super.createSerializationService();
      ObjectAllowList.applyTo(service, rejectedObjects);
      return service;
    }

    @Override
    public Function<EndpointQualifier, ChannelInitializer> createChannelInitializerFn(
        ServerContext serverContext) {
      var gate = new MemberGate(key, this::isMember, rejections, timer, serverContext);
      var initializers =
          new ChannelInitializerFunction(serverContext, node.getConfig()) {
            @Override
            protected ChannelInitializer provideMemberChannelInitializer(
                EndpointConfig endpointConfig) {
              return gate.guard(super.provideMemberChannelInitializer(endpointConfig));
            }
          };
      initializers.init();
      return initializers;
    }

    @Override
    public InboundHandler<?, ?>[] createInboundHandlers(
        EndpointQualifier qualifier, ServerConnection connection, ServerContext serverContext) {
      return new InboundHandler<?, ?>[] {
        new BoundedPacketDecoder(
            connection, node.nodeEngine.getPacketDispatcher(), () -> rejectPacket(connection))
      };
    }

    @Override
    public void afterStart() {
      super.afterStart();
      connectionManager().addConnectionListener(new InvocationRetry(node));
      IdleTimers.stopStatistics(node);
      if (!IdleTimers.stopFuturePolling(node)) {
        log.warn("hazelcast polls futures, which costs CPU time");
      }
      var period = SilentMembers.INTERVAL.toMillis();
      var unused =
          timer.scheduleWithFixedDelay(
              new SilentMembers(connectionManager()::getConnections, silence, NANOS, reconnections),
              period,
              period,
              TimeUnit.MILLISECONDS);
    }

    @Override
    public void afterShutdown() {
      timer.shutdownNow();
      super.afterShutdown();
      onShutdown.run();
    }

    private void rejectPacket(ServerConnection connection) {
      rejections.record(
          ConnectionSide.ACCEPTOR, connection.getInetAddress(), RejectionReason.PACKET);
      HandshakeSession.close(connection);
    }

    private ServerConnectionManager connectionManager() {
      return node.getServer().getConnectionManager(EndpointQualifier.MEMBER);
    }

    private boolean isMember(InetAddress address) {
      return seedAddresses.contains(address)
          || node.getClusterService().getMembers().stream()
              .anyMatch(member -> isAt(member.getAddress(), address));
    }

    private static boolean isAt(Address memberAddress, InetAddress address) {
      try {
        return memberAddress.getInetAddress().equals(address);
      } catch (UnknownHostException unresolved) {
        return false;
      }
    }
  }
}
