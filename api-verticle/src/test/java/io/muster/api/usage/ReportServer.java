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

/** A server that receives one report from a page. */
public final class ReportServer implements AutoCloseable {
  private static final long TIMEOUT_SECONDS = 60;
  private static final int NO_BODY = -1;

  private final HttpServer server;
  private final CompletableFuture<String> report = new CompletableFuture<>();

  public ReportServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 8);
    server.createContext("/report", this::receive);
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** Waits for the report of the page. */
  public JsonObject awaitReport() throws Exception {
    return new JsonObject(report.get(TIMEOUT_SECONDS, SECONDS));
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void receive(HttpExchange exchange) throws IOException {
    report.complete(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    exchange.sendResponseHeaders(204, NO_BODY);
    exchange.close();
  }
}
