package io.muster.api;

import io.muster.api.allsmi.MetricsPages;
import io.muster.api.fanout.FrameHub;
import io.muster.api.fanout.ReplayRing;
import io.muster.api.fanout.StreamCounters;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.Home;
import io.muster.api.fleet.Refresher;
import io.muster.api.http.Cors;
import io.muster.api.listener.Entrance;
import io.muster.api.listener.UnixSocket;
import io.muster.api.rest.contract.RestContract;
import io.muster.api.tls.ServerIdentity;
import io.muster.api.websocket.Admission;
import io.muster.bus.FrameTopic;
import io.muster.runtime.config.HostPort;
import io.muster.runtime.node.Node;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The api role: one consumer of all frames, and the doors to the outside on as many event loops as
 * the settings say. Its own event loop is home: the only one that changes what is known.
 */
public final class ApiVerticle extends VerticleBase {
  private final ApiConfig config;
  private final Node node;
  private Optional<FrameHub> hub = Optional.empty();
  private Optional<UnixSocket> unixSocket = Optional.empty();
  private volatile Optional<Front> front = Optional.empty();
  private volatile Optional<Entrance> entrance = Optional.empty();

  public ApiVerticle(ApiConfig config, Node node) {
    this.config = config;
    this.node = node;
  }

  @Override
  public Future<?> start() {
    return RestContract.load(vertx).compose(this::start);
  }

  /** The fronts of other event loops have stopped before. */
  @Override
  public Future<?> stop() {
    hub.ifPresent(FrameHub::close);
    return close();
  }

  /** The path of the Unix socket, if there is one. */
  public Optional<Path> unixSocket() {
    return config.listen().unixSocket();
  }

  /** The addresses that were taken by others and are not needed, by the name of their key. */
  public Map<String, HostPort> leftOut() {
    return entrance.map(Entrance::leftOut).orElse(Map.of());
  }

  /** What TLS clients see; empty without a TLS listener. */
  public Optional<ServerIdentity> identity() {
    return entrance.flatMap(Entrance::identity);
  }

  /** The addresses that answer, by the name of their key. */
  public Map<String, HostPort> listening() {
    return front.map(Front::listening).orElse(Map.of());
  }

  private Future<?> start(RestContract contract) {
    unixSocket = config.listen().unixSocket().map(path -> new UnixSocket(vertx, path));
    var view = new FleetView(node.fleetName(), node.clocks().nanoTime());
    var core = core(new Home(vertx), view, contract);
    var topic = FrameTopic.on(vertx);
    ApiMeters.bind(core, topic);
    core.hub().start();
    hub = Optional.of(core.hub());
    entrance = Optional.of(core.entrance());
    var here = new Front(vertx, core);
    front = Optional.of(here);
    return topic
        .subscribe(core.hub()::offer)
        .compose(subscribed -> unixSocket(UnixSocket::prepare))
        .compose(prepared -> core.entrance().prepare(node.hostname(), node.clocks().wallClock()))
        .compose(prepared -> here.open())
        .compose(opened -> unixSocket(UnixSocket::publish))
        .compose(published -> openElsewhere(core))
        .recover(cause -> close().transform(closed -> Future.failedFuture(cause)));
  }

  private Future<Void> close() {
    return front
        .map(Front::close)
        .orElseGet(Future::succeededFuture)
        .eventually(() -> unixSocket(UnixSocket::remove));
  }

  private Future<Void> unixSocket(Function<UnixSocket, Future<Void>> step) {
    return unixSocket.map(step).orElseGet(Future::succeededFuture);
  }

  private Core core(Home home, FleetView view, RestContract contract) {
    var clocks = node.clocks();
    var ring = new ReplayRing(config.replayMaxBytes());
    return new Core(
        config,
        node,
        view,
        new FrameHub(home, view, ring, config.forgetAfter()),
        new Refresher(home, view, new BusCollectors(vertx, view), clocks.nanoTime()),
        new MetricsPages(home, view, node, config.metricsMaxAge()),
        new StreamCounters(),
        new Entrance(vertx, config.listen()),
        new Admission(
            config.sockets(),
            config.corsOrigins(),
            request ->
                config
                    .trustedProxies()
                    .client(request)
                    .map(client -> client.limitKey().getHostAddress()),
            clocks.nanoTime()),
        unixSocket,
        contract,
        Cors.of(config.corsOrigins(), config.token().isPresent()));
  }

  private Future<?> openElsewhere(Core core) {
    var others = config.eventLoops() - 1;
    return others == 0
        ? Future.succeededFuture()
        : vertx.deployVerticle(
            () -> new FrontVerticle(core), new DeploymentOptions().setInstances(others));
  }
}
