package io.muster.testkit;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One page of a {@link Chromium}: its input, its script, and what it requested and reported. Used
 * by the thread of the test; messages of the browser arrive on a thread of the HTTP client.
 */
public final class ChromiumPage {
  private static final long REPLY_SECONDS = 60;
  private static final Duration CONDITION_TIMEOUT = Duration.ofSeconds(30);
  private static final Map<String, Integer> KEY_CODES =
      Map.ofEntries(
          Map.entry("Enter", 13),
          Map.entry("Escape", 27),
          Map.entry("Tab", 9),
          Map.entry(" ", 32),
          Map.entry("ArrowLeft", 37),
          Map.entry("ArrowUp", 38),
          Map.entry("ArrowRight", 39),
          Map.entry("ArrowDown", 40),
          Map.entry("End", 35),
          Map.entry("Home", 36));

  private final AtomicInteger lastId = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonObject>> replies = new ConcurrentHashMap<>();
  private final List<String> requestedUrls = new CopyOnWriteArrayList<>();
  private final List<String> problems = new CopyOnWriteArrayList<>();
  private @Nullable WebSocket socket;

  private ChromiumPage() {}

  static ChromiumPage connect(HttpClient http, URI address) {
    var page = new ChromiumPage();
    page.socket = http.newWebSocketBuilder().buildAsync(address, page.new Receiver()).join();
    for (var domain : List.of("Page", "Runtime", "Network", "Log")) {
      page.send(domain + ".enable", new JsonObject());
    }
    return page;
  }

  /** Loads an address; returns at the response, before the page has loaded. */
  public void navigate(String url) {
    send("Page.navigate", new JsonObject().put("url", url));
  }

  /** Evaluates an expression, and awaits it if it is a promise; returns a JSON value. */
  public @Nullable Object evaluate(String expression) {
    var reply =
        send(
            "Runtime.evaluate",
            new JsonObject()
                .put("expression", expression)
                .put("awaitPromise", true)
                .put("returnByValue", true)
                .put("userGesture", true));
    var failure = reply.getJsonObject("exceptionDetails");
    if (failure != null) {
      throw new AssertionError(failure.encode());
    }
    return reply.getJsonObject("result").getValue("value");
  }

  /** Evaluates an expression to text. */
  public String text(String expression) {
    return String.valueOf(evaluate(expression));
  }

  /** Waits until an expression is true. */
  public void await(String condition) {
    AssertionPoller.awaitAssertion(
        CONDITION_TIMEOUT,
        () -> {
          if (!Boolean.TRUE.equals(evaluate("Boolean(" + condition + ")"))) {
            throw new AssertionError(
                condition + "; page: " + text("document.body?.innerText.slice(0,2000)") + problems);
          }
        });
  }

  /** Presses and releases a key: a character, or a name such as {@code ArrowDown}. */
  public void press(String key) {
    var event =
        new JsonObject()
            .put("key", key)
            .put("code", key)
            .put("windowsVirtualKeyCode", KEY_CODES.getOrDefault(key, (int) key.charAt(0)));
    if (key.length() == 1) {
      event.put("text", key);
    } else if (key.equals("Enter")) {
      event.put("text", "\r");
    }
    send("Input.dispatchKeyEvent", event.copy().put("type", "keyDown"));
    send("Input.dispatchKeyEvent", event.put("type", "keyUp"));
  }

  /** Enters a text at the focus. */
  public void type(String text) {
    send("Input.insertText", new JsonObject().put("text", text));
  }

  public void setViewport(int width, int height) {
    send(
        "Emulation.setDeviceMetricsOverride",
        new JsonObject()
            .put("width", width)
            .put("height", height)
            .put("deviceScaleFactor", 1)
            .put("mobile", width < 600));
  }

  /** Emulates a preference of the user, such as {@code prefers-color-scheme}. */
  public void setPreference(String feature, String value) {
    send(
        "Emulation.setEmulatedMedia",
        new JsonObject()
            .put(
                "features",
                new JsonArray().add(new JsonObject().put("name", feature).put("value", value))));
  }

  /** Adds a script that is executed in each document before its own. */
  public void addScript(String source) {
    send("Page.addScriptToEvaluateOnNewDocument", new JsonObject().put("source", source));
  }

  /** Sends a command of the protocol; returns its result. */
  public JsonObject send(String method, JsonObject parameters) {
    var id = lastId.incrementAndGet();
    var reply = new CompletableFuture<JsonObject>();
    replies.put(id, reply);
    var message = new JsonObject().put("id", id).put("method", method).put("params", parameters);
    try {
      connectedSocket().sendText(message.encode(), true).get(REPLY_SECONDS, SECONDS);
      return reply.get(REPLY_SECONDS, SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(method, e);
    }
  }

  public void writeScreenshot(Path file) {
    var data = send("Page.captureScreenshot", new JsonObject().put("format", "png"));
    try {
      Files.write(file, Base64.getDecoder().decode(data.getString("data")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The addresses that all documents of the page have requested. */
  public List<String> requestedUrls() {
    return List.copyOf(requestedUrls);
  }

  /** Errors and warnings in the console, uncaught exceptions, violations of the policy. */
  public List<String> problems() {
    return List.copyOf(problems);
  }

  public void clearProblems() {
    problems.clear();
  }

  private WebSocket connectedSocket() {
    var connected = socket;
    if (connected == null) {
      throw new IllegalStateException("not connected");
    }
    return connected;
  }

  private void receive(JsonObject message) {
    var id = message.getInteger("id");
    if (id != null) {
      complete(replies.remove(id), message);
      return;
    }
    var parameters = message.getJsonObject("params", new JsonObject());
    switch (message.getString("method", "")) {
      case "Network.requestWillBeSent" ->
          requestedUrls.add(parameters.getJsonObject("request").getString("url"));
      case "Network.webSocketCreated" -> requestedUrls.add(parameters.getString("url"));
      case "Runtime.exceptionThrown" -> problems.add(parameters.encode());
      case "Runtime.consoleAPICalled" -> addProblem(parameters.getString("type"), parameters);
      case "Log.entryAdded" ->
          addProblem(parameters.getJsonObject("entry").getString("level"), parameters);
      default -> {
        // Other events are of no interest.
      }
    }
  }

  private void addProblem(String level, JsonObject parameters) {
    if (level.equals("error") || level.equals("warning") || level.equals("assert")) {
      problems.add(parameters.encode());
    }
  }

  private static void complete(@Nullable CompletableFuture<JsonObject> reply, JsonObject message) {
    if (reply == null) {
      return;
    }
    var error = message.getJsonObject("error");
    if (error == null) {
      reply.complete(message.getJsonObject("result"));
    } else {
      reply.completeExceptionally(new AssertionError(error.encode()));
    }
  }

  /** Receives the messages of the browser, which may arrive in parts. */
  private final class Receiver implements WebSocket.Listener {
    private final StringBuilder parts = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      parts.append(part);
      if (last) {
        var message = parts.toString();
        parts.setLength(0);
        receive(new JsonObject(message));
      }
      from.request(1);
      return null;
    }
  }
}
