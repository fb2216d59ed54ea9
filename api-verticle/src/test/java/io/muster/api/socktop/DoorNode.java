package io.muster.api.socktop;

import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.TestFrame;
import io.muster.api.inspection.HostChoice;
import io.muster.api.websocket.CloseCode;
import io.muster.api.websocket.Session;
import io.muster.api.websocket.Socket;
import io.muster.api.websocket.Terms;
import io.muster.bus.Address;
import io.muster.bus.BusService;
import io.muster.bus.FleetException;
import io.muster.bus.InspectionService;
import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.SettingSources;
import io.muster.runtime.node.Clocks;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * The door alone, on sockets that have no limits of their own, before the collectors of two hosts:
 * {@code here}, which is its own, and {@code gpu07}.
 */
final class DoorNode {
  static final String OWN = "here";
  static final String ELSEWHERE = "gpu07";

  private final Vertx vertx;
  private final SocktopDoor door;
  private final List<CloseCode> closed = new CopyOnWriteArrayList<>();

  DoorNode(Vertx vertx, boolean authorised) {
    this.vertx = vertx;
    var view = new FleetView("fleet", System::nanoTime);
    view.offer(TestFrame.of(OWN).build());
    view.offer(TestFrame.of(ELSEWHERE).build());
    var hosts = new HostChoice(view, OWN);
    var answers =
        new Answers(
            SocktopConfig.from(new ConfigReader(SettingSources.none())),
            hosts,
            Clocks.system(),
            (host, bound) ->
                BusService.proxy(vertx, Address.collector(host), InspectionService.class, bound));
    this.door = new SocktopDoor(hosts, answers, request -> authorised, this::open);
  }

  /** Listens, and has the collectors answer. */
  Future<HttpServer> start(int port, Map<String, InspectionService> collectors) {
    var router = Router.router(vertx);
    router.get("/ws").handler(door::handle);
    router.get("/ws/:" + SocktopDoor.HOST).handler(door::handle);
    router
        .route()
        .failureHandler(
            request ->
                request
                    .response()
                    .setStatusCode(((FleetException) request.failure()).code().httpStatus())
                    .end());
    var exports =
        collectors.entrySet().stream()
            .map(
                host ->
                    BusService.export(
                        vertx,
                        Address.collector(host.getKey()),
                        InspectionService.class,
                        host.getValue()))
            .toList();
    return Future.all(exports)
        .compose(
            exported -> vertx.createHttpServer().requestHandler(router).listen(port, "127.0.0.1"));
  }

  /** How connections were ended by the door. */
  List<CloseCode> closed() {
    return closed;
  }

  private void open(RoutingContext request, Terms terms, Function<Socket, Session> opened) {
    // One that is not upgraded is answered by Vert.x.
    request.request().toWebSocket().onSuccess(socket -> join(socket, opened));
  }

  private void join(ServerWebSocket webSocket, Function<Socket, Session> opened) {
    var session = opened.apply(new PlainSocket(webSocket, closed));
    webSocket.textMessageHandler(session::text);
    webSocket.binaryMessageHandler(message -> session.binary());
    webSocket.drainHandler(drained -> session.drained());
    webSocket.closeHandler(closed -> session.closed());
  }

  private record PlainSocket(ServerWebSocket webSocket, List<CloseCode> closed) implements Socket {
    @Override
    public void text(Buffer message) {
      webSocket.writeTextMessage(message.toString()); // The client sees a failure as the end.
    }

    @Override
    public void binary(Buffer message) {
      webSocket.writeBinaryMessage(message); // The client sees a failure as the end.
    }

    @Override
    public boolean isWritable() {
      return !webSocket.writeQueueFull();
    }

    @Override
    public void pause() {
      webSocket.pause();
    }

    @Override
    public void resume() {
      webSocket.resume();
    }

    @Override
    public void close(CloseCode code, String reason) {
      closed.add(code);
      webSocket.close((short) code.number(), reason); // The client sees a failure as the end.
    }
  }
}
