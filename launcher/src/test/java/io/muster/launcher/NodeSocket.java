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
 * A WebSocket to a node, over the client of the JDK: whole messages, those that were compressed as
 * they were before.
 */
final class NodeSocket implements WebSocket.Listener, AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
  private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
  private final WebSocket socket;

  private NodeSocket(URI address) throws Exception {
    socket = HTTP.newWebSocketBuilder().buildAsync(address, this).get(PATIENCE_SECONDS, SECONDS);
  }

  static NodeSocket open(MusterProcess node, String target) throws Exception {
    return new NodeSocket(URI.create(node.base("live").replaceFirst("^http", "ws") + target));
  }

  NodeSocket say(String text) throws Exception {
    socket.sendText(text, true).get(PATIENCE_SECONDS, SECONDS);
    return this;
  }

  /** The next message, as soon as it comes. */
  byte[] next() throws InterruptedException {
    var message = messages.poll(PATIENCE_SECONDS, SECONDS);
    if (message == null) {
      throw new AssertionError("no message came");
    }
    return message;
  }

  JsonNode nextJson() throws InterruptedException, IOException {
    return JSON.readTree(next());
  }

  /** Says it, and takes the answer. */
  JsonNode ask(String text) throws Exception {
    return say(text).nextJson();
  }

  @Override
  public void close() {
    socket.abort();
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
    begun.writeBytes(part.toString().getBytes(UTF_8));
    if (last) {
      messages.add(begun.toByteArray());
      begun.reset();
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer part, boolean last) {
    var bytes = new byte[part.remaining()];
    part.get(bytes);
    begun.writeBytes(bytes);
    if (last) {
      messages.add(unpacked(begun.toByteArray()));
      begun.reset();
    }
    from.request(1);
    return null;
  }

  private static byte[] unpacked(byte[] compressed) {
    try (var gzip = new GZIPInputStream(new ByteArrayInputStream(compressed))) {
      return gzip.readAllBytes();
    } catch (IOException e) {
      throw new AssertionError("no gzip", e);
    }
  }
}
