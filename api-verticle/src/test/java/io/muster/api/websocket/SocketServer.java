package io.muster.api.websocket;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.muster.api.fleet.ManualNanos;
import io.muster.runtime.config.HostPort;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/** Doors without a node, whose seconds pass when they are told. */
final class SocketServer implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final ManualNanos nanos = new ManualNanos();
  private final Admission admission;
  private final Sockets sockets;
  private final HostPort address;

  private SocketServer(
      SocketLimits limits, List<String> origins, Function<SocketServer, Router> doors) {
    admission =
        new Admission(
            limits,
            origins,
            request -> Optional.ofNullable(request.remoteAddress().hostAddress()),
            nanos);
    sockets = new Sockets(vertx, admission);
    var router = doors.apply(this);
    var options =
        new HttpServerOptions()
            .setHttp2ClearTextEnabled(false)
            .setPerMessageWebSocketCompressionSupported(false)
            .setPerFrameWebSocketCompressionSupported(false);
    var server =
        await(
            onLoop(
                () ->
                    vertx.createHttpServer(options).requestHandler(router).listen(0, "127.0.0.1")));
    address = new HostPort("127.0.0.1", server.actualPort());
  }

  /** A door that says back what it hears, and {@code binary} to what is no text. */
  static SocketServer echo(SocketLimits limits, Terms terms, String... origins) {
    return new SocketServer(
        limits,
        List.of(origins),
        server -> {
          var router = Router.router(server.vertx);
          router.route("/echo").handler(request -> server.sockets.open(request, terms, Echo::new));
          return router;
        });
  }

  /** Other doors, without limits for an address. */
  static SocketServer of(Function<SocketServer, Router> doors) {
    return new SocketServer(new SocketLimits(0, 0, 1000), List.of(), doors);
  }

  Vertx vertx() {
    return vertx;
  }

  Sockets sockets() {
    return sockets;
  }

  HostPort address() {
    return address;
  }

  SocketCounters counters() {
    return admission.counters();
  }

  ManualNanos nanos() {
    return nanos;
  }

  /** So many seconds pass. */
  void tick(int seconds) {
    await(
        onLoop(
            () -> {
              for (int second = 0; second < seconds; second++) {
                sockets.tick();
              }
              return Future.succeededFuture();
            }));
  }

  /** Does this, which may block, while the server hears and answers nothing. */
  void whileBusy(Runnable action) {
    await(
        onLoop(
            () -> {
              action.run();
              return Future.succeededFuture();
            }));
  }

  /** The node stops. */
  Future<Void> stop() {
    return onLoop(sockets::close);
  }

  @Override
  public void close() {
    await(vertx.close());
  }

  private <T> Future<T> onLoop(Supplier<Future<T>> call) {
    Promise<T> done = Promise.promise();
    loop.runOnContext(there -> call.get().onComplete(done));
    return done.future();
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, SECONDS);
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      throw new AssertionError("did not succeed", e);
    }
  }

  static Terms terms(int messagesPerSecond) {
    return new Terms(messagesPerSecond, false, Duration.ZERO);
  }

  private record Echo(Socket socket) implements Session {
    @Override
    public void text(String message) {
      socket.text(Buffer.buffer(message));
    }

    @Override
    public void binary() {
      text("binary");
    }

    @Override
    public void closed() {
      // Nothing is kept.
    }
  }
}
