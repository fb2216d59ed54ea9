package io.muster.api.usage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  /**
   * Opens a page in Chromium, and returns its report.
   *
   * @param folder directory for the profile and the output of the browser
   * @param options further options of the browser
   */
  public JsonObject browse(String page, Path folder, String... options) throws Exception {
    var browser = startBrowser(page, folder, options);
    try {
      return new JsonObject(report.get(TIMEOUT_SECONDS, SECONDS));
    } finally {
      browser.descendants().forEach(ProcessHandle::destroyForcibly);
      browser.destroyForcibly().waitFor();
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private static Process startBrowser(String page, Path folder, String... options)
      throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--user-data-dir=" + folder.resolve("profile")));
    command.addAll(List.of(options));
    command.add(page);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("browser.out").toFile())
        .start();
  }

  private void receive(HttpExchange exchange) throws IOException {
    report.complete(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
    exchange.sendResponseHeaders(204, NO_BODY);
    exchange.close();
  }
}
