package io.muster.api.usage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/** Where a page posts what it saw, once. */
final class Report implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;
  private static final int NO_BODY = -1;

  private final HttpServer server;
  private final CompletableFuture<String> posted = new CompletableFuture<>();

  Report() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    server.createContext("/report", this::take);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** What the page posted, as soon as it does. */
  JsonObject posted() throws Exception {
    return new JsonObject(posted.get(PATIENCE_SECONDS, SECONDS));
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void take(HttpExchange exchange) throws IOException {
    posted.complete(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    exchange.sendResponseHeaders(204, NO_BODY);
    exchange.close();
  }
}
