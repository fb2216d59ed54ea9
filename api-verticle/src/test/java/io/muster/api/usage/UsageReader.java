package io.muster.api.usage;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** A client of the usage door that is not of our making: the WebSocket of the JDK. */
final class UsageReader implements WebSocket.Listener {
  private static final long PATIENCE_SECONDS = 10;

  private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final StringBuilder text = new StringBuilder();
  private @Nullable WebSocket socket;

  /** Connects; fails as the handshake does. */
  static UsageReader open(int port, String target) throws Exception {
    var reader = new UsageReader();
    reader.socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create("ws://127.0.0.1:" + port + target), reader)
            .get(PATIENCE_SECONDS, SECONDS);
    return reader;
  }

  void says(String message) throws Exception {
    socket().sendText(message, true).get(PATIENCE_SECONDS, SECONDS);
  }

  void saysBytes() throws Exception {
    socket().sendBinary(ByteBuffer.wrap(new byte[] {1}), true).get(PATIENCE_SECONDS, SECONDS);
  }

  /** The next message, as soon as it comes. */
  JsonObject next() throws InterruptedException {
    var message = messages.poll(PATIENCE_SECONDS, SECONDS);
    if (message == null) {
      throw new AssertionError("no message came");
    }
    return new JsonObject(message);
  }

  /** The code with which the server said goodbye. */
  int closeCode() throws Exception {
    return closed.get(PATIENCE_SECONDS, SECONDS);
  }

  void leave() {
    socket().abort();
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
    text.append(part);
    if (last) {
      messages.add(text.toString());
      text.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed.complete(code);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable cause) {
    closed.completeExceptionally(cause);
  }

  private WebSocket socket() {
    if (socket == null) {
      throw new IllegalStateException("not connected");
    }
    return socket;
  }
}
