package io.muster.api.usage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.api.ApiNode;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.TestFrame;
import io.muster.api.http.GetRoute;
import io.muster.api.inspection.HostChoice;
import io.muster.api.websocket.CloseCode;
import io.muster.api.websocket.Session;
import io.muster.api.websocket.Socket;
import io.muster.api.websocket.Terms;
import io.muster.bus.Address;
import io.muster.bus.BusService;
import io.muster.bus.FleetException;
import io.muster.bus.InspectionService;
import io.muster.runtime.node.Clocks;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The usage door alone on a port that the system chose, behind a handshake that lets everybody in.
 * It knows the hosts {@code a}, {@code b} and {@code silent}; the last has no collector.
 */
final class UsageServer extends VerticleBase implements AutoCloseable {
  private static final List<String> HOSTS = List.of("a", "b");
  private static final String SILENT_HOST = "silent";

  private final Vertx node = Vertx.vertx();
  private final Map<String, FakeCollector> collectors =
      HOSTS.stream()
          .collect(
              Collectors.toMap(host -> host, host -> new FakeCollector(InstantSource.system())));
  private final UsageConfig config;
  private int port;

  private UsageServer(UsageConfig config) {
    this.config = config;
  }

  static UsageServer start(UsageConfig config) {
    var server = new UsageServer(config);
    server.collectors.forEach(
        (host, collector) ->
            ApiNode.await(
                BusService.export(
                    server.node, Address.collector(host), InspectionService.class, collector)));
    ApiNode.await(server.node.deployVerticle(server));
    return server;
  }

  FakeCollector collector(String host) {
    return Optional.ofNullable(collectors.get(host)).orElseThrow();
  }

  int port() {
    return port;
  }

  @Override
  public Future<?> start() {
    var view = new FleetView("fleet-1", Clocks.system().nanos());
    HOSTS.forEach(host -> view.offer(TestFrame.of(host).build()));
    view.offer(TestFrame.of(SILENT_HOST).build());
    var choice = new HostChoice(view, "a");
    var door = new UsageDoor(vertx, Clocks.system(), choice, config, this::open);
    var router = Router.router(vertx);
    GetRoute.mount(router, "/usage", door::handle);
    GetRoute.mount(router, "/usage/:host", door::handle);
    router.route().failureHandler(UsageServer::fail);
    return vertx
        .createHttpServer()
        .requestHandler(router)
        .listen(0, "127.0.0.1")
        .map(HttpServer::actualPort)
        .onSuccess(bound -> port = bound);
  }

  @Override
  public void close() {
    ApiNode.await(node.close());
  }

  private void open(RoutingContext request, Terms terms, Function<Socket, Session> door) {
    request
        .request()
        .toWebSocket()
        .onSuccess(opened -> serve(opened, door.apply(new OpenSocket(opened))))
        .onFailure(request::fail);
  }

  private void serve(ServerWebSocket opened, Session session) {
    var ticks = vertx.setPeriodic(1000, tick -> session.tick());
    opened
        .textMessageHandler(session::text)
        .binaryMessageHandler(message -> session.binary())
        .drainHandler(drained -> session.drained())
        .closeHandler(
            closed -> {
              vertx.cancelTimer(ticks);
              session.closed();
            });
  }

  private static void fail(RoutingContext request) {
    var status =
        request.failure() instanceof FleetException refused ? refused.code().httpStatus() : 500;
    request.response().setStatusCode(status).end();
  }

  private record OpenSocket(ServerWebSocket opened) implements Socket {
    @Override
    public void text(Buffer message) {
      if (!opened.isClosed()) {
        // Fails when the client has gone meanwhile, which the end of the socket tells.
        opened.writeTextMessage(message.toString(UTF_8));
      }
    }

    @Override
    public void binary(Buffer message) {
      throw new AssertionError("this door sends text only");
    }

    @Override
    public boolean isWritable() {
      return !opened.writeQueueFull();
    }

    @Override
    public void pause() {
      opened.pause();
    }

    @Override
    public void resume() {
      opened.resume();
    }

    @Override
    public void close(CloseCode code, String reason) {
      opened.close((short) code.number(), reason);
    }
  }
}
