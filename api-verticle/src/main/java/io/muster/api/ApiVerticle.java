package io.muster.api;

import io.muster.api.listener.ListenerState;
import io.muster.api.listener.UnixSocket;
import io.muster.api.rest.contract.RestContract;
import io.muster.api.tls.ServerIdentity;
import io.muster.bus.FrameTopic;
import io.muster.bus.metrics.MeterFactory;
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
 * The api role: one consumer of all frames, and the endpoints on the configured number of event
 * loops. Its own context is the owner context: the only one that changes the fleet view. Confined
 * to it, except for the accessors, which any thread may call once the verticle has started.
 */
public final class ApiVerticle extends VerticleBase {
  private final ApiConfig config;
  private final Node node;
  private volatile Optional<SharedState> state = Optional.empty();
  private volatile Optional<EventLoopServer> server = Optional.empty();

  public ApiVerticle(ApiConfig config, Node node) {
    this.config = config;
    this.node = node;
  }

  @Override
  public Future<?> start() {
    return RestContract.load(vertx).compose(this::start);
  }

  /**
   * Closes the server of this event loop; the servers of the {@link HttpVerticle}s are closed
   * before it or at the same time.
   */
  @Override
  public Future<?> stop() {
    state.ifPresent(shared -> shared.fleet().publisher().close());
    return close();
  }

  /** The path of the Unix socket; empty if none is configured. */
  public Optional<Path> unixSocket() {
    return config.listen().unixSocket();
  }

  /** The optional listeners that were skipped because their port was taken, by setting key. */
  public Map<String, HostPort> skippedListeners() {
    return listenerState().map(ListenerState::skippedListeners).orElse(Map.of());
  }

  /** The certificate that TLS clients see; empty without a TLS listener. */
  public Optional<ServerIdentity> identity() {
    return listenerState().flatMap(ListenerState::identity);
  }

  /** The addresses that accept connections, by setting key. */
  public Map<String, HostPort> boundAddresses() {
    return server.map(EventLoopServer::boundAddresses).orElse(Map.of());
  }

  private Future<?> start(RestContract contract) {
    var meters = new MeterFactory(node.meterRegistry(), "muster.api.");
    var shared = SharedState.create(vertx, config, node, contract, meters);
    state = Optional.of(shared);
    var publisher = shared.fleet().publisher();
    publisher.start();
    var ownServer = new EventLoopServer(vertx, shared);
    server = Optional.of(ownServer);
    return FrameTopic.on(vertx)
        .subscribe(publisher::offer, meters)
        .compose(subscribed -> withUnixSocket(UnixSocket::prepare))
        .compose(
            prepared ->
                shared.listeners().state().prepare(node.hostname(), node.clocks().wallClock()))
        .compose(prepared -> ownServer.open())
        .compose(opened -> withUnixSocket(UnixSocket::publish))
        .compose(published -> deployHttpVerticles(shared))
        .recover(cause -> close().transform(closed -> Future.failedFuture(cause)));
  }

  private Future<Void> close() {
    return server
        .map(EventLoopServer::close)
        .orElseGet(Future::succeededFuture)
        .eventually(() -> withUnixSocket(UnixSocket::remove));
  }

  private Future<Void> withUnixSocket(Function<UnixSocket, Future<Void>> operation) {
    return state
        .flatMap(shared -> shared.listeners().unixSocket())
        .map(operation)
        .orElseGet(Future::succeededFuture);
  }

  private Optional<ListenerState> listenerState() {
    return state.map(shared -> shared.listeners().state());
  }

  private Future<?> deployHttpVerticles(SharedState shared) {
    var instances = config.eventLoops() - 1;
    return instances == 0
        ? Future.succeededFuture()
        : vertx.deployVerticle(
            () -> new HttpVerticle(shared), new DeploymentOptions().setInstances(instances));
  }
}
