package io.muster.api.websocket;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.api.fleet.ManualNanos;
import io.muster.api.http.AccessConfig;
import io.muster.api.http.PageOrigins;
import io.muster.api.http.TrustedProxies;
import io.muster.bus.metrics.MeterFactory;
import io.muster.runtime.config.HostPort;
import io.muster.runtime.config.Secret;
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

/** A WebSocket server without a node; its timer advances by {@link #advanceSeconds} only. */
final class WebSocketTestServer implements AutoCloseable {
  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final ManualNanos nanos = new ManualNanos();
  private final WebSocketAdmission admission;
  private final WebSocketServer webSocketServer;
  private final HostPort address;

  private WebSocketTestServer(
      WebSocketLimits limits, List<String> origins, Function<WebSocketTestServer, Router> routes) {
    admission =
        new WebSocketAdmission(
            limits,
            PageOrigins.of(
                new AccessConfig(Secret.NONE, List.of(), origins, TrustedProxies.none(), 0)),
            request -> Optional.ofNullable(request.remoteAddress().hostAddress()),
            nanos,
            WebSocketMetrics.create(new MeterFactory(new SimpleMeterRegistry(), "muster.api.")));
    webSocketServer = new WebSocketServer(vertx, admission);
    var router = routes.apply(this);
    var options =
        new HttpServerOptions()
            .setHttp2ClearTextEnabled(false)
            .setPerMessageWebSocketCompressionSupported(false)
            .setPerFrameWebSocketCompressionSupported(false);
    var server =
        await(
            callOnLoop(
                () ->
                    vertx.createHttpServer(options).requestHandler(router).listen(0, "127.0.0.1")));
    address = new HostPort("127.0.0.1", server.actualPort());
  }

  /** Starts an endpoint that echoes texts and replies {@code binary} to binary messages. */
  static WebSocketTestServer echo(
      WebSocketLimits limits, WebSocketOptions options, String... origins) {
    return new WebSocketTestServer(
        limits,
        List.of(origins),
        server -> {
          var router = Router.router(server.vertx);
          router
              .route("/echo")
              .handler(
                  request -> server.webSocketServer.upgrade(request, options, EchoSession::new));
          return router;
        });
  }

  /** Starts a server with the given routes and without limits per address. */
  static WebSocketTestServer of(Function<WebSocketTestServer, Router> routes) {
    return new WebSocketTestServer(new WebSocketLimits(0, 0, 1000), List.of(), routes);
  }

  Vertx vertx() {
    return vertx;
  }

  WebSocketServer webSocketServer() {
    return webSocketServer;
  }

  HostPort address() {
    return address;
  }

  WebSocketMetrics metrics() {
    return admission.metrics();
  }

  ManualNanos nanos() {
    return nanos;
  }

  /** Runs the timer of one second the given number of times. */
  void advanceSeconds(int seconds) {
    await(
        callOnLoop(
            () -> {
              for (int second = 0; second < seconds; second++) {
                webSocketServer.onSecondElapsed();
              }
              return Future.succeededFuture();
            }));
  }

  /** Runs the action, which may block, on the event loop of the server. */
  void blockEventLoop(Runnable action) {
    await(
        callOnLoop(
            () -> {
              action.run();
              return Future.succeededFuture();
            }));
  }

  /** Closes the WebSockets as a stopping node does. */
  Future<Void> stop() {
    return callOnLoop(webSocketServer::close);
  }

  @Override
  public void close() {
    await(vertx.close());
  }

  private <T> Future<T> callOnLoop(Supplier<Future<T>> call) {
    Promise<T> done = Promise.promise();
    loop.runOnContext(ignored -> call.get().onComplete(done));
    return done.future();
  }

  static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(60, SECONDS);
    } catch (ExecutionException | TimeoutException | InterruptedException e) {
      throw new AssertionError("did not succeed", e);
    }
  }

  static WebSocketOptions options(int messagesPerSecond) {
    return new WebSocketOptions(messagesPerSecond, false, Duration.ZERO);
  }

  private record EchoSession(WebSocketConnection connection) implements WebSocketSession {
    @Override
    public void onText(String message) {
      connection.sendText(Buffer.buffer(message));
    }

    @Override
    public void onBinary() {
      onText("binary");
    }

    @Override
    public void onClosed() {
      // Has no state.
    }
  }
}
