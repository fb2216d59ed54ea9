package io.muster.api.socktop;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.websocket.CloseCode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The door over real sockets and the event bus, with the handshake of the bare server. */
class SocktopDoorIT {
  private final Vertx vertx = Vertx.vertx();
  private final WebSocketClient client = vertx.createWebSocketClient();
  private final FakeCollector collector = new FakeCollector();

  @AfterEach
  void close_afterEach_nobodyIsLeft() throws Exception {
    await(vertx.close());
  }

  @ParameterizedTest
  @CsvSource({
    "/ws, here",
    "/ws?host=, here",
    "/ws?host=gpu07, gpu07",
    "/ws/gpu07, gpu07",
    "/ws/here?host=gpu07, here"
  })
  void handle_anyWayToNameAHost_showsIt(String path, String host) throws Exception {
    var messages = ask(connect(start(true), path), "get_metrics");

    assertThat(take(messages).toString()).contains("\"hostname\":\"" + host + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/ws/nowhere", "/ws?host=nowhere"})
  void handle_unknownHost_isRefusedBeforeTheUpgrade(String path) throws Exception {
    assertThat(refusal(client.connect(start(true), "127.0.0.1", path))).isEqualTo(404);
  }

  @Test
  void handle_hostGivenTwice_isRefusedBeforeTheUpgrade() throws Exception {
    var connecting = client.connect(start(true), "127.0.0.1", "/ws?host=here&host=gpu07");

    assertThat(refusal(connecting)).isEqualTo(400);
  }

  @Test
  void handle_strangerInTheStyleOfTheAgent_isLetInAndShownOutWithoutACode() throws Exception {
    var node = new DoorNode(vertx, false);
    var port = await(node.start(0, Map.of(DoorNode.OWN, collector))).actualPort();
    for (var path : List.of("/ws", "/ws/nowhere")) {
      var closed = new CompletableFuture<Void>();
      await(client.webSocket().closeHandler(closed::complete).connect(port, "127.0.0.1", path));

      closed.get(10, TimeUnit.SECONDS);
    }
    assertThat(node.closed()).containsExactly(CloseCode.NONE, CloseCode.NONE);
    assertThat(collector.asked()).isEmpty();
  }

  /** Many requests at once, over the event bus, behind one that the collector answers late. */
  @Test
  void text_manyAtOnce_areAnsweredInOrder() throws Exception {
    var socket = connect(start(true), "/ws");
    var messages = ask(socket, "get_metrics");
    for (int round = 0; round < 500; round++) {
      for (var text : List.of("get_disks", "hello", "get_process_metrics:42", "get_metrics")) {
        await(socket.writeTextMessage(text));
      }
    }

    take(messages);
    for (int round = 0; round < 500; round++) {
      assertThat(take(messages).toString()).startsWith("[{\"name\":");
      assertThat(take(messages).getByte(0)).isEqualTo((byte) 0x1f);
      assertThat(take(messages).toString()).startsWith("{\"sampled_at_ms\":");
    }
    assertThat(messages).isEmpty();
  }

  @Test
  void text_collectorThatIsGone_endsTheConnectionOfWhoNeverSawIt() throws Exception {
    var port = await(new DoorNode(vertx, true).start(0, Map.of())).actualPort();
    var closed = new CompletableFuture<Short>();
    var socket = connect(port, "/ws");
    socket.closeHandler(end -> closed.complete(socket.closeStatusCode()));
    ask(socket, "get_metrics");

    assertThat(closed.get(10, TimeUnit.SECONDS)).isEqualTo((short) 1013);
  }

  private int start(boolean authorised) throws Exception {
    var collectors = Map.of(DoorNode.OWN, collector, DoorNode.ELSEWHERE, new FakeCollector());
    return await(new DoorNode(vertx, authorised).start(0, Map.copyOf(collectors))).actualPort();
  }

  private WebSocket connect(int port, String path) throws Exception {
    return await(client.connect(port, "127.0.0.1", path));
  }

  private static BlockingQueue<Buffer> ask(WebSocket socket, String text) throws Exception {
    var messages = new LinkedBlockingQueue<Buffer>();
    socket.textMessageHandler(message -> messages.add(Buffer.buffer(message)));
    socket.binaryMessageHandler(messages::add);
    await(socket.writeTextMessage(text));
    return messages;
  }

  private static Buffer take(BlockingQueue<Buffer> messages) throws InterruptedException {
    var message = messages.poll(10, TimeUnit.SECONDS);
    assertThat(message).as("an answer within ten seconds").isNotNull();
    return message == null ? Buffer.buffer() : message;
  }

  private static int refusal(Future<WebSocket> connecting) throws Exception {
    try {
      await(connecting);
      return 101;
    } catch (ExecutionException refused) {
      return refused.getCause() instanceof UpgradeRejectedException answer ? answer.getStatus() : 0;
    }
  }

  private static <T> T await(Future<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
