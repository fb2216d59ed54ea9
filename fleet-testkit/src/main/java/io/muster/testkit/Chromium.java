package io.muster.testkit;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A headless Chromium with an empty profile, driven through its DevTools protocol. Confined to the
 * thread of the test. Closing it ends all its processes.
 */
public final class Chromium implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final int port;

  private Chromium(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * Starts the browser.
   *
   * @param folder directory for the profile and the output
   * @param options further options of the browser
   */
  public static Chromium start(Path folder, String... options) {
    var profile = folder.resolve("chromium-profile");
    try {
      var process =
          new ProcessBuilder(command(profile, options))
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("chromium.out").toFile())
              .start();
      return new Chromium(process, awaitPort(process, profile.resolve("DevToolsActivePort")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Opens an empty page, which can be observed from its first request on. */
  public ChromiumPage open() {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/json/new?about:blank"))
            .PUT(HttpRequest.BodyPublishers.noBody())
            .build();
    try {
      var target = new JsonObject(http.send(request, BodyHandlers.ofString()).body());
      return ChromiumPage.connect(http, URI.create(target.getString("webSocketDebuggerUrl")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(10, SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static List<String> command(Path profile, String... options) {
    var command =
        new ArrayList<>(
            List.of(
                "chromium",
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile));
    command.addAll(List.of(options));
    command.add("about:blank");
    return command;
  }

  private static int awaitPort(Process process, Path file) {
    var port = new int[1];
    AssertionPoller.awaitAssertion(
        START_TIMEOUT,
        () -> {
          if (!process.isAlive()) {
            throw new AssertionError("chromium ended with " + process.exitValue());
          }
          port[0] = Integer.parseInt(Files.readAllLines(file).get(0));
        });
    return port[0];
  }
}
