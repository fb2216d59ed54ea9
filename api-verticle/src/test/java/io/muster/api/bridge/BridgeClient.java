package io.muster.api.bridge;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.websocket.RawWebSocket;
import io.vertx.core.json.JsonObject;
import java.io.Closeable;
import java.io.IOException;

/** A client of the bridge over a plain WebSocket. */
public final class BridgeClient implements Closeable {
  private static final String MARKER = "marker";

  private final RawWebSocket webSocket;

  private BridgeClient(RawWebSocket webSocket) {
    this.webSocket = webSocket;
  }

  /** Opens a session. */
  public static BridgeClient open(ApiNode node) throws IOException {
    return new BridgeClient(RawWebSocket.open(node.mainAddress(), "/eventbus/websocket"));
  }

  public BridgeClient register(String address) throws IOException {
    return send(new JsonObject().put("type", "register").put("address", address));
  }

  BridgeClient unregister(String address) throws IOException {
    return send(new JsonObject().put("type", "unregister").put("address", address));
  }

  /** Sends a query, and returns the text of its reply, which must be the next message. */
  public String query(String address, JsonObject parameters) throws IOException {
    send(
        new JsonObject()
            .put("type", "send")
            .put("address", address)
            .put("replyAddress", "reply-1")
            .put("body", parameters));
    return nextText();
  }

  BridgeClient send(JsonObject message) throws IOException {
    return sendText(message.encode());
  }

  BridgeClient sendText(String message) throws IOException {
    webSocket.sendText(message);
    return this;
  }

  public String nextText() throws IOException {
    return webSocket.nextText();
  }

  JsonObject next() throws IOException {
    return new JsonObject(nextText());
  }

  /** Asserts that the server has sent nothing else until it replies to a query. */
  void assertNothingElse() throws IOException {
    send(
        new JsonObject()
            .put("type", "send")
            .put("address", "muster.hosts")
            .put("replyAddress", MARKER));
    assertThat(next().getString("address")).isEqualTo(MARKER);
  }

  int closeCode() throws IOException {
    return webSocket.closeCode();
  }

  @Override
  public void close() throws IOException {
    webSocket.close();
  }
}
