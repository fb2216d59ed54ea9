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

/** A usage client on the WebSocket implementation of the JDK, independent of Muster's. */
final class JdkUsageClient implements WebSocket.Listener {
  private static final long TIMEOUT_SECONDS = 60;

  private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closeCode = new CompletableFuture<>();
  private final StringBuilder text = new StringBuilder();
  private @Nullable WebSocket socket;

  /** Connects; fails if the handshake fails. */
  static JdkUsageClient open(int port, String target) throws Exception {
    var client = new JdkUsageClient();
    client.socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(URI.create("ws://127.0.0.1:" + port + target), client)
            .get(TIMEOUT_SECONDS, SECONDS);
    return client;
  }

  void send(String message) throws Exception {
    socket().sendText(message, true).get(TIMEOUT_SECONDS, SECONDS);
  }

  void sendBytes() throws Exception {
    socket().sendBinary(ByteBuffer.wrap(new byte[] {1}), true).get(TIMEOUT_SECONDS, SECONDS);
  }

  /** Waits for the next message. */
  JsonObject next() throws InterruptedException {
    var message = messages.poll(TIMEOUT_SECONDS, SECONDS);
    if (message == null) {
      throw new AssertionError("no message received");
    }
    return new JsonObject(message);
  }

  /** Waits for the close code of the server. */
  int closeCode() throws Exception {
    return closeCode.get(TIMEOUT_SECONDS, SECONDS);
  }

  void abort() {
    socket().abort();
  }

  @Override
  public @Nullable CompletionStage<?> onText(
      WebSocket webSocket, CharSequence part, boolean isLast) {
    text.append(part);
    if (isLast) {
      messages.add(text.toString());
      text.setLength(0);
    }
    webSocket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
    closeCode.complete(code);
    return null;
  }

  @Override
  public void onError(WebSocket webSocket, Throwable cause) {
    closeCode.completeExceptionally(cause);
  }

  private WebSocket socket() {
    if (socket == null) {
      throw new IllegalStateException("not connected");
    }
    return socket;
  }
}
