package io.muster.api.listener;

import io.muster.runtime.config.HostPort;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners of one event loop. All listeners serve the same routes. Confined to that event
 * loop, except for {@link #boundAddresses}, which any thread may call once they are open.
 */
public final class Listeners {
  private static final Logger log = LoggerFactory.getLogger(Listeners.class);
  private static final int MAX_HEADER_BYTES = 8 * 1024;

  /** Each character of a parameter may take twelve bytes: four in UTF-8, as %XX. */
  private static final int MAX_REQUEST_LINE_BYTES = 16 * 1024;

  private static final int MAX_MESSAGE_BYTES = 64 * 1024;

  /**
   * The subprotocol that clients of {@code /ws} may offer and then require; {@code /usage} has
   * none.
   */
  private static final List<String> SUBPROTOCOLS = List.of("socktop");

  private final Vertx vertx;
  private final ListenerOptions options;
  private final ConnectionReaper reaper;
  private final List<HttpServer> servers = new ArrayList<>();
  private final Map<String, HostPort> boundAddresses = new LinkedHashMap<>();

  public Listeners(Vertx vertx, ListenerOptions options) {
    this.vertx = vertx;
    this.options = options;
    this.reaper = new ConnectionReaper(vertx, options);
  }

  /**
   * Opens all TCP listeners on the caller's event loop, or none: fails with a {@link
   * ListenException} that names the first that cannot be opened. An optional one is skipped
   * instead. If several event loops of one Vert.x open the same addresses, each gets its share of
   * the connections.
   *
   * @param addresses the addresses by their key, on all event loops in the same order
   */
  public Future<Void> open(Map<String, HostPort> addresses, Handler<HttpServerRequest> routes) {
    reaper.start();
    Future<Void> opened = Future.succeededFuture();
    for (var address : addresses.entrySet()) {
      opened = opened.compose(before -> open(address.getKey(), address.getValue(), routes));
    }
    return opened.recover(cause -> close().transform(closed -> Future.failedFuture(cause)));
  }

  /** Opens the Unix socket: binds it if it is prepared, shares it if it is bound. */
  public Future<Void> open(UnixSocket socket, Handler<HttpServerRequest> routes) {
    return createServer(connection -> reaper.accept(connection, Optional.empty(), false))
        .requestHandler(routes)
        .listen(socket.address())
        .onSuccess(servers::add)
        .recover(cause -> Future.failedFuture(new ListenException(UnixSocket.KEY, socket, cause)))
        .mapEmpty();
  }

  /**
   * The addresses that accept connections, by setting key, with the ports that the system chose.
   */
  public Map<String, HostPort> boundAddresses() {
    return new LinkedHashMap<>(boundAddresses);
  }

  /** Closes all listeners. */
  public Future<Void> close() {
    reaper.stop();
    var open = List.copyOf(servers);
    servers.clear();
    boundAddresses.clear();
    return Future.join(open.stream().map(HttpServer::close).toList()).mapEmpty();
  }

  private Future<Void> open(String key, HostPort address, Handler<HttpServerRequest> routes) {
    return createServer(connection -> reaper.accept(connection, options.sslContext(key), true))
        .requestHandler(routes)
        .listen(port(address), address.host())
        .onSuccess(
            open -> {
              servers.add(open);
              boundAddresses.put(key, new HostPort(address.host(), open.actualPort()));
            })
        .<Void>mapEmpty()
        .recover(cause -> skip(key, new ListenException(key, address, cause)));
  }

  /** Skips an optional listener: a default must not prevent a node from starting. */
  private Future<Void> skip(String key, ListenException failure) {
    if (!options.config().optionalKeys().contains(key)) {
      return Future.failedFuture(failure);
    }
    log.warn("default listener skipped reason={}", failure.getMessage());
    return Future.succeededFuture();
  }

  private HttpServer createServer(Handler<HttpConnection> connectionHandler) {
    var serverOptions =
        new HttpServerOptions()
            .setTcpNoDelay(true)
            .setStrictThreadMode(true) // every response is written on the loop of its connection
            .setMaxHeaderSize(MAX_HEADER_BYTES)
            .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
            .setHttp2ClearTextEnabled(false)
            .setPerMessageWebSocketCompressionSupported(false)
            .setPerFrameWebSocketCompressionSupported(false)
            .setWebSocketSubProtocols(SUBPROTOCOLS)
            .setMaxWebSocketFrameSize(MAX_MESSAGE_BYTES)
            .setMaxWebSocketMessageSize(MAX_MESSAGE_BYTES);
    return vertx.createHttpServer(serverOptions).connectionHandler(connectionHandler);
  }

  /** Returns a negative number for any free port: Vert.x shares that port between event loops. */
  private int port(HostPort address) {
    return address.port() > 0 ? address.port() : -1 - servers.size();
  }

  /**
   * An address that cannot be opened; the message is one line that names the key and the remedy.
   */
  public static final class ListenException extends Exception {
    private static final long serialVersionUID = 1;

    ListenException(String key, HostPort address, Throwable cause) {
      this(
          key,
          address.toString(),
          new HostPort(address.host(), 0).toString().replaceFirst("0$", "PORT"),
          cause);
    }

    ListenException(String key, UnixSocket socket, Throwable cause) {
      this(key, socket.toString(), "PATH", cause);
    }

    private ListenException(String key, String address, String placeholder, Throwable cause) {
      super(
          key
              + ": cannot listen on "
              + address
              + ": "
              + cause.getMessage()
              + "; stop the process that uses it, or choose another with --set "
              + key
              + "="
              + placeholder,
          cause);
    }
  }
}
