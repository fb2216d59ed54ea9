package io.muster.runtime.cluster;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.partition.NoDataMemberInClusterException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.runtime.cluster.bus.BusIdentity;
import io.muster.runtime.cluster.bus.BusTransport;
import io.muster.runtime.cluster.member.MemberPort;
import io.muster.runtime.config.HostPort;
import io.muster.runtime.tls.TlsException;
import io.muster.runtime.tls.WatchedIdentity;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.spi.VertxMetricsFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Vert.x instance of this JVM, standalone or a member of the cluster. A node that reaches none
 * of its seeds starts alone and merges with them when they appear. Safe for use by any thread.
 */
public final class ClusterNode {
  private static final Logger log = LoggerFactory.getLogger(ClusterNode.class);
  private static final long CLOSE_TIMEOUT_SECONDS = 8;

  private final Vertx vertx;
  private final Optional<Membership> membership;
  private final Promise<Void> membershipLoss = Promise.promise();
  private volatile boolean closing;

  private ClusterNode(Vertx vertx, Optional<Membership> membership) {
    this.vertx = vertx;
    this.membership = membership;
    membership.ifPresent(cluster -> cluster.end.onSuccess(this::reportLoss));
  }

  /** Returns a builder of a node that is not started yet. */
  public static Builder builder(ClusterConfig config) {
    return new Builder(config);
  }

  public Vertx vertx() {
    return vertx;
  }

  /** The node id, unique for each start of a member; {@code local} if the node is not clustered. */
  public String nodeId() {
    return membership.map(cluster -> cluster.clusterManager.getNodeId()).orElse("local");
  }

  /** The number of members, including this node; 0 if the node is not clustered. */
  public int memberCount() {
    return membership.filter(Membership::isRunning).map(Membership::memberCount).orElse(0);
  }

  /** The addresses of all members, by the ids of their nodes; none if the node is not clustered. */
  public Map<String, String> memberAddresses() {
    return membership
        .filter(Membership::isRunning)
        .map(Membership::memberAddresses)
        .orElse(Map.of());
  }

  /** The address on which this node accepts members; empty if the node is not clustered. */
  public Optional<HostPort> memberAddress() {
    return membership.map(Membership::address);
  }

  /** The reason why other members may be unable to reach this node; empty if there is none. */
  public Optional<String> problem() {
    return membership.flatMap(
        cluster ->
            cluster.isRunning()
                ? cluster.repair.problem()
                : Optional.of("this node has left the cluster"));
  }

  /**
   * Completes if Hazelcast gives up the membership by itself, for instance because it can accept no
   * connections: only a new start restores it.
   */
  public Future<Void> membershipLoss() {
    return membershipLoss.future();
  }

  /**
   * Leaves the cluster and closes Vert.x; completes within 8 s, regardless of the cluster's state.
   */
  public Future<Void> close() {
    closing = true;
    var repairClosed =
        membership.map(cluster -> cluster.repair.close()).orElse(Future.succeededFuture());
    return repairClosed
        .eventually(vertx::close)
        .timeout(CLOSE_TIMEOUT_SECONDS, SECONDS)
        .onFailure(
            cause ->
                log.warn("node did not leave the cluster cleanly reason={}", cause.getMessage()))
        .otherwiseEmpty();
  }

  /** The Hazelcast instance, for tests. */
  HazelcastInstance hazelcast() {
    return membership.orElseThrow().clusterManager.getHazelcastInstance();
  }

  private void reportLoss(Void ended) {
    if (!closing) {
      membershipLoss.tryComplete();
    }
  }

  /**
   * The part of a node that is clustered.
   *
   * @param end completes when Hazelcast has shut down
   */
  private record Membership(
      TrackingClusterManager clusterManager, SubscriptionRepair repair, Future<Void> end) {
    boolean isRunning() {
      return clusterManager.getHazelcastInstance().getLifecycleService().isRunning();
    }

    HostPort address() {
      var address =
          clusterManager.getHazelcastInstance().getCluster().getLocalMember().getAddress();
      return new HostPort(address.getHost(), address.getPort());
    }

    Map<String, String> memberAddresses() {
      var addresses = new HashMap<String, String>();
      for (var member : clusterManager.getHazelcastInstance().getCluster().getMembers()) {
        Optional.ofNullable(member.getAttribute(MemberConfig.NODE_ID_ATTRIBUTE))
            .ifPresent(node -> addresses.put(node, SubscriptionRepair.address(member).toString()));
      }
      return addresses;
    }

    int memberCount() {
      return clusterManager.getHazelcastInstance().getCluster().getMembers().size();
    }
  }

  /** Builds and starts a node. Confined to one thread. */
  public static final class Builder {
    private final ClusterConfig config;
    private VertxOptions options = new VertxOptions();
    private Optional<VertxMetricsFactory> metrics = Optional.empty();
    private MeterRegistry meterRegistry = new SimpleMeterRegistry();
    private ClusterTiming timing = ClusterTiming.standard();
    private final Promise<Void> end = Promise.promise();
    private Optional<WatchedIdentity<BusIdentity>> busCertificates = Optional.empty();

    private Builder(ClusterConfig config) {
      this.config = config;
    }

    /**
     * Sets the Vert.x options, such as native transport and blocked-thread checks; the event bus
     * options are completed at the start.
     */
    public Builder options(VertxOptions options) {
      this.options = options;
      return this;
    }

    /** Sets the metrics of Vert.x; without it Vert.x has none. */
    public Builder metrics(VertxMetricsFactory metrics) {
      this.metrics = Optional.of(metrics);
      return this;
    }

    /** Sets the registry for the metrics of the cluster; without it they are not exported. */
    public Builder meterRegistry(MeterRegistry meterRegistry) {
      this.meterRegistry = meterRegistry;
      return this;
    }

    Builder timing(ClusterTiming timing) {
      this.timing = timing;
      return this;
    }

    /**
     * Starts the node. Fails with {@link Code#UNAVAILABLE} and a one-line message if a port is in
     * use, or if a lite node reaches no data member.
     */
    public Future<ClusterNode> start() {
      var clusterMetrics = new ClusterMetrics(meterRegistry);
      return config
          .listen()
          .map(listen -> startMember(listen, clusterMetrics))
          .orElseGet(this::startStandalone)
          .onSuccess(clusterMetrics::observe);
    }

    private Future<ClusterNode> startStandalone() {
      var vertx = vertxBuilder(Optional.empty()).build();
      return Future.succeededFuture(new ClusterNode(vertx, Optional.empty()));
    }

    private Future<ClusterNode> startMember(HostPort listen, ClusterMetrics clusterMetrics) {
      var problem =
          portProblem("cluster.listen", listen)
              .or(() -> portProblem("cluster.bus_listen", config.busListen()));
      if (problem.isPresent()) {
        return Future.failedFuture(new FleetException(Code.UNAVAILABLE, problem.get()));
      }
      warnIfInsecure();
      DeserializationAllowList.applyToJvm();
      completeBusOptions();
      try {
        openCertificates();
      } catch (TlsException e) {
        return Future.failedFuture(
            new FleetException(Code.UNAVAILABLE, String.valueOf(e.getMessage()), e));
      }
      return startHazelcast(listen)
          .compose(member -> startVertx(member, clusterMetrics))
          .recover(cause -> Future.failedFuture(explain(cause)));
    }

    private Future<HazelcastInstance> startHazelcast(HostPort listen) {
      var port =
          new MemberPort(config.secret(), config.seeds(), timing.memberSilence(), meterRegistry);
      // A thread of its own, because the join may take a minute, and Vert.x starts afterwards.
      var started =
          CompletableFuture.supplyAsync(
              () -> port.startMember(MemberConfig.of(config, listen, timing), end::tryComplete),
              task -> new Thread(task, "muster-member-start").start());
      return Future.fromCompletionStage(started);
    }

    private Future<ClusterNode> startVertx(
        HazelcastInstance member, ClusterMetrics clusterMetrics) {
      var clusterManager = new TrackingClusterManager(member);
      return vertxBuilder(busIdentity())
          .withClusterManager(clusterManager)
          .buildClustered()
          .onFailure(cause -> member.getLifecycleService().terminate())
          .map(
              vertx ->
                  new ClusterNode(
                      vertx, Optional.of(createMembership(vertx, clusterManager, clusterMetrics))));
    }

    private void warnIfInsecure() {
      if (config.isInsecure() && !config.secret().isSet()) {
        log.warn(
            "cluster has no secret, whoever reaches its ports controls it"
                + " setting=cluster.insecure");
      }
    }

    private void openCertificates() throws TlsException {
      if (config.busCertificate().isPresent()) {
        busCertificates =
            Optional.of(
                WatchedIdentity.open(config.busCertificate().get(), InstantSource.system()));
      }
    }

    private Optional<Supplier<BusIdentity>> busIdentity() {
      if (busCertificates.isPresent() || !config.secret().isSet()) {
        return busCertificates.map(certificates -> certificates);
      }
      var identity = BusIdentity.of(config.secret());
      return Optional.of(() -> identity);
    }

    private VertxBuilder vertxBuilder(Optional<Supplier<BusIdentity>> busIdentity) {
      options.setMetricsOptions(new MetricsOptions().setEnabled(metrics.isPresent()));
      var transport =
          BusTransport.create(
              options.getPreferNativeTransport(), busIdentity, meterRegistry, System::nanoTime);
      var builder = Vertx.builder().with(options).withTransport(transport);
      return metrics.map(builder::withMetrics).orElse(builder);
    }

    private Membership createMembership(
        Vertx vertx, TrackingClusterManager clusterManager, ClusterMetrics clusterMetrics) {
      var repair = new SubscriptionRepair(vertx, clusterManager, timing, clusterMetrics);
      clusterManager.getHazelcastInstance().getCluster().addMembershipListener(repair);
      repair.start();
      busCertificates.ifPresent(
          certificates -> certificates.watch(vertx, timing.certificateInterval()));
      return new Membership(clusterManager, repair, end.future());
    }

    /**
     * Sets a read idle timeout, because the event bus closes a connection only then: its own ping
     * requests a close that waits until everything is written, which never happens if the peer is
     * frozen.
     */
    private void completeBusOptions() {
      var pingMillis = timing.pingInterval().toMillis();
      options
          .getEventBusOptions()
          .setHost(config.busListen().host())
          .setPort(config.busListen().port())
          .setClusterPingInterval(pingMillis)
          .setClusterPingReplyInterval(pingMillis * 3 / 2)
          .setConnectTimeout(3000)
          .setReadIdleTimeout((int) timing.readIdleTimeout().toMillis())
          .setIdleTimeoutUnit(MILLISECONDS)
          // Takes effect only with a native transport.
          .setTcpUserTimeout(5000);
      BusTransport.mark(options.getEventBusOptions());
    }

    /** Checks the port first, because Hazelcast reports a used port with a page of stack traces. */
    private Optional<String> portProblem(String key, HostPort address) {
      var isFixed = !key.equals("cluster.listen") || config.isPortFixed();
      if (!isFixed || address.port() == 0) {
        return Optional.empty();
      }
      try (var probe = new ServerSocket()) {
        probe.setReuseAddress(true);
        probe.bind(new InetSocketAddress(address.host(), address.port()));
        return Optional.empty();
      } catch (IOException e) {
        return Optional.of(
            key
                + " "
                + address
                + " cannot be opened: "
                + e.getMessage()
                + "; stop the other program or set another address");
      }
    }

    private static Throwable explain(Throwable cause) {
      return cause instanceof NoDataMemberInClusterException
          ? new FleetException(
              Code.UNAVAILABLE,
              "cluster.lite is set and no data member is reachable: start a node without"
                  + " cluster.lite first",
              cause)
          : cause;
    }
  }
}
