package io.muster.api;

import io.muster.api.listener.ListenConfig;
import io.muster.api.listener.UnixSocket;
import io.muster.api.rest.contract.RestContract;
import io.muster.api.tls.ServerIdentity;
import io.muster.bus.FrameTopic;
import io.muster.runtime.config.HostPort;
import io.muster.runtime.node.Node;
import io.muster.runtime.tls.TlsException;
import io.muster.runtime.tls.WatchedIdentity;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The api role: one consumer of all frames, and the endpoints on the configured number of event
 * loops. Its own context is the owner context: the only one that changes the fleet view. Confined
 * to it, except for the accessors, which any thread may call once the verticle has started.
 */
public final class ApiVerticle extends VerticleBase {
  private final ApiConfig config;
  private final Node node;
  private final Duration certificateInterval;
  private final Function<Vertx, Future<RestContract>> contractLoader;
  private volatile Optional<SharedState> state = Optional.empty();
  private volatile Optional<EventLoopServer> server = Optional.empty();

  public ApiVerticle(ApiConfig config, Node node) {
    this(config, node, WatchedIdentity.INTERVAL, RestContract::load);
  }

  /**
   * Creates a role that reads the files of its certificate at another interval, and loads its
   * contract in another way.
   */
  ApiVerticle(
      ApiConfig config,
      Node node,
      Duration certificateInterval,
      Function<Vertx, Future<RestContract>> contractLoader) {
    this.config = config;
    this.node = node;
    this.certificateInterval = certificateInterval;
    this.contractLoader = contractLoader;
  }

  @Override
  public Future<?> start() {
    return contractLoader
        .apply(vertx)
        .compose(contract -> openIdentity().compose(identity -> start(contract, identity)));
  }

  /**
   * Closes the server of this event loop; the servers of the {@link HttpVerticle}s are closed
   * before it or at the same time.
   */
  @Override
  public Future<?> stop() {
    state.ifPresent(shared -> shared.fleet().close(vertx));
    return close();
  }

  /** The path of the Unix socket; empty if none is configured. */
  public Optional<Path> unixSocket() {
    return config.listen().unixSocket();
  }

  /** The optional listeners that were skipped because their port was taken, by setting key. */
  public Map<String, HostPort> skippedListeners() {
    var skipped = new LinkedHashMap<>(config.listen().addresses());
    skipped.keySet().removeAll(boundAddresses().keySet());
    return skipped;
  }

  /** The certificate that TLS clients see; empty without a TLS listener. */
  public Optional<ServerIdentity> identity() {
    return state.flatMap(shared -> shared.listeners().options().identity()).map(Supplier::get);
  }

  /** The addresses that accept connections, by setting key. */
  public Map<String, HostPort> boundAddresses() {
    return server.map(EventLoopServer::boundAddresses).orElse(Map.of());
  }

  private Future<Optional<Supplier<ServerIdentity>>> openIdentity() {
    return config.listen().addresses().containsKey(ListenConfig.TLS)
        ? vertx.executeBlocking(() -> Optional.of(watchIdentity()), false)
        : Future.succeededFuture(Optional.empty());
  }

  private Supplier<ServerIdentity> watchIdentity() throws TlsException {
    var identity =
        ServerIdentity.open(config.listen().tls(), node.hostname(), node.clocks().wallClock());
    identity.watch(vertx, certificateInterval);
    return identity;
  }

  private Future<?> start(RestContract contract, Optional<Supplier<ServerIdentity>> identity) {
    var shared = SharedState.create(vertx, config, node, contract, identity);
    state = Optional.of(shared);
    var started = shared.fleet().start(vertx);
    var ownServer = new EventLoopServer(vertx, shared);
    server = Optional.of(ownServer);
    return started
        .compose(
            receiving ->
                FrameTopic.on(vertx).subscribe(shared.fleet().publisher()::offer, shared.meters()))
        .compose(subscribed -> shared.accessRules().start(vertx))
        .compose(ready -> withUnixSocket(UnixSocket::prepare))
        .compose(prepared -> ownServer.open(config.listen().addresses()))
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

  /** Deploys the other event loops, which skip the listeners that this one has skipped. */
  private Future<?> deployHttpVerticles(SharedState shared) {
    var instances = config.eventLoops() - 1;
    var addresses = new LinkedHashMap<>(config.listen().addresses());
    addresses.keySet().retainAll(boundAddresses().keySet());
    return instances == 0
        ? Future.succeededFuture()
        : vertx.deployVerticle(
            () -> new HttpVerticle(shared, addresses),
            new DeploymentOptions().setInstances(instances));
  }
}
