package io.muster.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket to a node, by the client of the JDK. Returns whole messages; binary ones are
 * decompressed.
 */
final class NodeWebSocket implements WebSocket.Listener, AutoCloseable {
  private static final long TIMEOUT_SECONDS = 60;
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
  private final ByteArrayOutputStream partialMessage = new ByteArrayOutputStream();
  private final WebSocket socket;

  private NodeWebSocket(URI address) throws Exception {
    socket = HTTP.newWebSocketBuilder().buildAsync(address, this).get(TIMEOUT_SECONDS, SECONDS);
  }

  static NodeWebSocket open(MusterProcess node, String target) throws Exception {
    return new NodeWebSocket(URI.create(node.baseUrl("main").replaceFirst("^http", "ws") + target));
  }

  NodeWebSocket send(String text) throws Exception {
    socket.sendText(text, true).get(TIMEOUT_SECONDS, SECONDS);
    return this;
  }

  /** Waits for the next message. */
  byte[] nextMessage() throws InterruptedException {
    var message = messages.poll(TIMEOUT_SECONDS, SECONDS);
    if (message == null) {
      throw new AssertionError("no message within " + TIMEOUT_SECONDS + " s");
    }
    return message;
  }

  JsonNode nextJson() throws InterruptedException, IOException {
    return JSON.readTree(nextMessage());
  }

  /** Sends a request and returns the response. */
  JsonNode request(String text) throws Exception {
    return send(text).nextJson();
  }

  @Override
  public void close() {
    socket.abort();
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
    partialMessage.writeBytes(data.toString().getBytes(UTF_8));
    if (last) {
      messages.add(partialMessage.toByteArray());
      partialMessage.reset();
    }
    webSocket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket webSocket, ByteBuffer data, boolean last) {
    var bytes = new byte[data.remaining()];
    data.get(bytes);
    partialMessage.writeBytes(bytes);
    if (last) {
      messages.add(decompress(partialMessage.toByteArray()));
      partialMessage.reset();
    }
    webSocket.request(1);
    return null;
  }

  private static byte[] decompress(byte[] compressed) {
    try (var gzip = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
      return gzip.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError("not gzip", e);
    }
  }
}
