package io.muster.launcher.node;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.muster.aggregator.AggregatorVerticle;
import io.muster.api.ApiVerticle;
import io.muster.bus.transport.BusService;
import io.muster.collector.CollectorVerticle;
import io.muster.collector.identity.HostIdentity;
import io.muster.registry.RegistryVerticle;
import io.muster.runtime.cluster.ClusterNode;
import io.muster.runtime.database.Database;
import io.muster.runtime.metrics.NodeMetrics;
import io.muster.runtime.node.Clocks;
import io.muster.runtime.node.HealthChecks;
import io.muster.runtime.node.Node;
import io.vertx.core.Future;
import io.vertx.core.VertxOptions;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The roles of this JVM. They start one after the other: api, registry, aggregator, collector, the
 * database before those that need it. They all stop at the same time; then the database is closed,
 * and the node leaves the cluster. Its fields are written by the thread that starts a role; call
 * {@link #banner} and {@link #close} from any thread once {@link #startRoles} has ended.
 */
public final class RunningNode {
  /** Vert.x uses it for the subscriptions of the event bus, the default is 20. */
  private static final int SMALL_WORKER_POOL = 8;

  /** One for the collector, one for the event bus; the default is two for each core. */
  private static final int COLLECTOR_EVENT_LOOPS = 2;

  private final Settings settings;
  private final ClusterNode cluster;
  private final Node node;
  private final HostIdentity identity;
  private final RoleReadiness readiness;
  private Optional<ApiVerticle> api = Optional.empty();
  private Optional<Database> database = Optional.empty();
  private Optional<CollectorVerticle> collector = Optional.empty();

  private RunningNode(Settings settings, ClusterNode cluster, Node node, HostIdentity identity) {
    this.settings = settings;
    this.cluster = cluster;
    this.node = node;
    this.identity = identity;
    this.readiness = new RoleReadiness(settings.roles(), node.health());
  }

  /** Joins the cluster, if one is configured; starts no role. */
  public static Future<RunningNode> join(Settings settings, HostIdentity identity, String version) {
    var meterRegistry = NodeMetrics.createRegistry();
    return clusterNodeBuilder(settings, meterRegistry)
        .start()
        .map(
            cluster ->
                new RunningNode(
                    settings,
                    cluster,
                    createNode(settings, identity, cluster, version, meterRegistry),
                    identity));
  }

  /** Starts the roles. If one of them fails to start, the caller must close this node. */
  public Future<?> startRoles() {
    return readiness
        .start(Role.API, this::startApi)
        .compose(started -> startDatabase())
        .compose(started -> readiness.start(Role.REGISTRY, this::startRegistry))
        .compose(started -> readiness.start(Role.AGGREGATOR, this::startAggregator))
        .compose(started -> readiness.start(Role.COLLECTOR, this::startCollector));
  }

  /** Returns the lines to print after the start. */
  public List<String> banner() {
    return new StartupBanner(settings, node, cluster).lines(api, collector);
  }

  /** Completes if this node loses its membership of the cluster, which only a start restores. */
  public Future<Void> membershipLoss() {
    return cluster.membershipLoss();
  }

  /** Ends all streams, stops all roles, then the embedded server, and leaves the cluster. */
  public Future<Void> close() {
    readiness.markStopping();
    return undeploy()
        .transform(undeployed -> database.map(Database::close).orElseGet(Future::succeededFuture))
        .transform(closed -> cluster.close());
  }

  private Future<?> startApi() {
    var verticle = new ApiVerticle(settings.api(), node);
    api = Optional.of(verticle);
    return node.vertx().deployVerticle(verticle);
  }

  private Future<?> startDatabase() {
    if (!settings.needsDatabase()) {
      return Future.succeededFuture();
    }
    var openedDatabase =
        Database.open(
            node.vertx(),
            settings.database(),
            settings.dataDirectory(),
            node.clocks().wallClock(),
            node.meterRegistry());
    database = Optional.of(openedDatabase);
    node.health()
        .add("database", "the database is not ready", () -> databaseProblem(openedDatabase));
    return openedDatabase.startupCheck();
  }

  private Future<?> startRegistry() {
    return node.vertx()
        .deployVerticle(new RegistryVerticle(settings.registry(), node, database.orElseThrow()));
  }

  private Future<?> startAggregator() {
    return node.vertx()
        .deployVerticle(
            new AggregatorVerticle(settings.aggregator(), node, database.orElseThrow()));
  }

  private Future<?> startCollector() {
    var verticle = new CollectorVerticle(settings.collector(), node, identity);
    collector = Optional.of(verticle);
    return node.vertx().deployVerticle(verticle);
  }

  private Future<?> undeploy() {
    return Future.join(node.vertx().deploymentIDs().stream().map(node.vertx()::undeploy).toList());
  }

  /**
   * Saves memory on nodes without the api role: fewer threads, and no metrics of Vert.x, which only
   * that role exports.
   */
  private static ClusterNode.Builder clusterNodeBuilder(
      Settings settings, PrometheusMeterRegistry meterRegistry) {
    var options = new VertxOptions().setPreferNativeTransport(true);
    var builder =
        ClusterNode.builder(settings.cluster()).options(options).meterRegistry(meterRegistry);
    if (settings.roles().equals(Set.of(Role.COLLECTOR))) {
      options.setEventLoopPoolSize(COLLECTOR_EVENT_LOOPS);
    }
    if (!settings.hasRole(Role.API)) {
      options.setWorkerPoolSize(SMALL_WORKER_POOL);
      return builder;
    }
    NodeMetrics.bindProcessMetrics(meterRegistry);
    return builder.metrics(NodeMetrics.vertxMetricsFactory(meterRegistry));
  }

  private static Node createNode(
      Settings settings,
      HostIdentity identity,
      ClusterNode cluster,
      String version,
      PrometheusMeterRegistry meterRegistry) {
    var health = new HealthChecks();
    health.add("cluster", "other members may be unable to reach this node", cluster::problem);
    var clocks = Clocks.system();
    return new Node(
        cluster.vertx(),
        identity.hostname(),
        settings.cluster().name(),
        version,
        clocks,
        health,
        meterRegistry,
        new BusService(cluster.vertx(), meterRegistry, clocks.nanoTime()),
        cluster::memberAddresses);
  }

  private static Optional<String> databaseProblem(Database database) {
    var state = database.state();
    return state.isUsable() ? Optional.empty() : Optional.of(state.reason());
  }
}
