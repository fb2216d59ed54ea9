package io.muster.api;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.muster.api.fleet.ManualNanos;
import io.muster.api.fleet.TestFrame;
import io.muster.api.rest.contract.RestContract;
import io.muster.bus.Address;
import io.muster.bus.FrameTopic;
import io.muster.bus.service.InspectionService;
import io.muster.bus.transport.BusService;
import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.HostPort;
import io.muster.runtime.config.SettingSources;
import io.muster.runtime.node.Clocks;
import io.muster.runtime.node.HealthChecks;
import io.muster.runtime.node.Node;
import io.muster.schema.frame.EncodedFrame;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.metrics.MetricsOptions;
import io.vertx.core.spi.VertxMetricsFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * A node with the api role only, on its own Vert.x and on ports chosen by the system, with a fixed
 * wall clock and a monotonic clock that the test advances.
 */
public final class ApiNode implements AutoCloseable {
  /** The host that the node runs on. */
  public static final String OWN_HOST = "node-1";

  /** The instant of the node's wall clock. */
  public static final Instant NOW = Instant.parse("2026-08-08T12:35:00.500Z");

  /** The key of the listener that the exchanges use. */
  public static final String MAIN = "api.listen.main";

  /** System property: true for the native transport. */
  public static final String NATIVE = "muster.test.native";

  private static final Duration CERTIFICATE_INTERVAL = Duration.ofMillis(50);

  /** The contract of every node: to load it takes five times as long as the rest of a start. */
  private static final RestContract CONTRACT = loadContract();

  private static final Map<String, String> SETTINGS =
      Map.of(
          MAIN,
          "127.0.0.1:0",
          "api.listen.rest",
          "off",
          "api.listen.usage",
          "off",
          "api.listen.socktop",
          "off",
          "api.event_loops",
          "1",
          "api.replay_max_bytes",
          "1048576",
          "api.metrics_max_age",
          "0",
          "api.limits.upgrades_per_second",
          "0");

  private final Vertx vertx;
  private final ManualNanos nanos = new ManualNanos();
  private final HealthChecks health = new HealthChecks();
  private final PrometheusMeterRegistry meters =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final BusService services;
  private final ApiVerticle verticle;
  private final FrameTopic topic;
  private final Future<String> deployed;

  private ApiNode(ApiConfig config) {
    this(config, Function.identity(), Vertx.vertx(vertxOptions()));
  }

  /** Creates a node with the manual clocks or their replacement. */
  private ApiNode(ApiConfig config, Function<Clocks, Clocks> replacement, Vertx vertx) {
    this.vertx = vertx;
    var clocks = replacement.apply(new Clocks(() -> NOW, nanos));
    services = new BusService(vertx, meters, clocks.nanoTime());
    var node =
        new Node(vertx, OWN_HOST, "fleet-1", "0.1.0", clocks, health, meters, services, Map::of);
    verticle =
        new ApiVerticle(
            config, node, CERTIFICATE_INTERVAL, loading -> Future.succeededFuture(CONTRACT));
    topic = FrameTopic.on(vertx);
    deployed = vertx.deployVerticle(verticle);
  }

  /** Starts a node without a token. */
  public static ApiNode start() {
    return start(config(Optional.empty(), 256));
  }

  public static ApiNode start(ApiConfig config) {
    var node = new ApiNode(config);
    await(node.deployed);
    return node;
  }

  /** Starts a node without a token, whose Vert.x reports to the metrics. */
  public static ApiNode start(VertxMetricsFactory metrics) {
    var options = vertxOptions().setMetricsOptions(new MetricsOptions().setEnabled(true));
    var node =
        new ApiNode(
            config(Map.of()),
            Function.identity(),
            Vertx.builder().with(options).withMetrics(metrics).build());
    await(node.deployed);
    return node;
  }

  /** Starts a node without a token, with the clocks of the system. */
  public static ApiNode startWithSystemClocks(Map<String, String> settings) {
    var node =
        new ApiNode(config(settings), manual -> Clocks.system(), Vertx.vertx(vertxOptions()));
    await(node.deployed);
    return node;
  }

  /** Deploys a node that may fail to start: see {@link #deployed}. */
  public static ApiNode deploy(ApiConfig config) {
    return new ApiNode(config);
  }

  /** Returns a config with one listener on any port. */
  public static ApiConfig config(Optional<String> token, int maxSubscribers) {
    return config(
        Map.of(
            "api.token",
            token.orElse(""),
            "api.max_subscribers",
            Integer.toString(maxSubscribers)));
  }

  /** Returns a config with listeners on these addresses. */
  public static ApiConfig configListeningOn(Map<String, HostPort> listeners) {
    var settings = new HashMap<String, String>(Map.of(MAIN, "off"));
    listeners.forEach((key, address) -> settings.put(key, address.toString()));
    return config(settings);
  }

  /** Returns a config with one listener on any port, on several event loops. */
  public static ApiConfig configWithEventLoops(int eventLoops) {
    return config(Map.of("api.event_loops", Integer.toString(eventLoops)));
  }

  /**
   * Returns a config with one listener on any port, on one event loop, unless the settings differ.
   */
  public static ApiConfig config(Map<String, String> settings) {
    return config(settings, Path.of("no-data"));
  }

  /** Returns the same config with a data directory, for a certificate. */
  public static ApiConfig config(Map<String, String> settings, Path data) {
    var all = new HashMap<>(SETTINGS);
    all.putAll(settings);
    return ApiConfig.from(new ConfigReader(SettingSources.of(all)), data);
  }

  public Vertx vertx() {
    return vertx;
  }

  /** The services that this node provides and uses. */
  public BusService services() {
    return services;
  }

  public Future<String> deployed() {
    return deployed;
  }

  public Map<String, HostPort> boundAddresses() {
    return verticle.boundAddresses();
  }

  Map<String, HostPort> skippedListeners() {
    return verticle.skippedListeners();
  }

  public HostPort mainAddress() {
    return Optional.ofNullable(boundAddresses().get(MAIN)).orElseThrow();
  }

  public HealthChecks health() {
    return health;
  }

  public PrometheusMeterRegistry meters() {
    return meters;
  }

  public ManualNanos nanos() {
    return nanos;
  }

  public Exchange get(String target, String... headers) {
    return Exchange.send(mainAddress(), "GET", target, headers);
  }

  public Exchange send(String method, String target, String... headers) {
    return Exchange.send(mainAddress(), method, target, headers);
  }

  public EventReader openEvents(String target) throws IOException {
    return EventReader.open(mainAddress(), target);
  }

  /** Adds a host to the fleet view, and registers its collector for inspections. */
  public void addHost(String host, InspectionService collector) {
    await(
        services.registerDirect(
            Address.collector(host), InspectionService.class, collector, demand -> {}));
    publish(TestFrame.of(host).build());
  }

  /** Publishes a frame on the bus; returns when the node has stored it. */
  public void publish(EncodedFrame frame) {
    topic.publish(frame);
    // The only event loop of the node has queued the frame: it stores the frame before it
    // responds to a later request.
    get("/-/ready");
  }

  /** The value of a sample without labels on {@code /metrics}. */
  public double sampleValue(String name) {
    return get("/metrics")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }

  /** Stops the role and leaves the bus running. */
  public void undeploy() {
    await(vertx.undeploy(await(deployed)));
  }

  @Override
  public void close() {
    await(vertx.close());
  }

  private static RestContract loadContract() {
    var vertx = Vertx.vertx();
    try {
      return await(RestContract.load(vertx));
    } finally {
      await(vertx.close());
    }
  }

  private static VertxOptions vertxOptions() {
    return new VertxOptions().setPreferNativeTransport(Boolean.getBoolean(NATIVE));
  }

  /** Returns the result; blocks the thread. */
  public static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(60, SECONDS);
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      throw new AssertionError("the future did not succeed", e);
    }
  }
}
