package io.muster.api.socktop;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.fleet.TestFrame;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The door over real sockets and the event bus. */
class SocktopDoorIT {
  private static final String ELSEWHERE = "gpu07";

  private final ApiNode node = ApiNode.live(Map.of("api.socktop.auth", "agent"));
  private final WebSocketClient client = node.vertx().createWebSocketClient();
  private final FakeCollector collector = new FakeCollector();

  @BeforeEach
  void collect() {
    node.collects(ApiNode.OWN_HOST, collector);
    node.collects(ELSEWHERE, new FakeCollector());
  }

  @AfterEach
  void close() {
    node.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/ws, node-1",
    "/ws?host=, node-1",
    "/ws?host=gpu07, gpu07",
    "/ws/gpu07, gpu07",
    "/ws/node-1?host=gpu07, node-1"
  })
  void handle_anyWayToNameAHost_showsIt(String path, String host) throws Exception {
    var messages = ask(connect(path), "get_metrics");

    assertThat(take(messages).toString()).contains("\"hostname\":\"" + host + "\"");
  }

  /** Many requests at once, over the event bus, behind one that the collector answers late. */
  @Test
  void text_manyAtOnce_areAnsweredInOrder() throws Exception {
    var socket = connect("/ws");
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
    node.publish(TestFrame.of("gone").build());
    var closed = new CompletableFuture<Short>();
    var socket = connect("/ws/gone");
    socket.closeHandler(end -> closed.complete(socket.closeStatusCode()));
    ask(socket, "get_metrics");

    assertThat(closed.get(10, TimeUnit.SECONDS)).isEqualTo((short) 1013);
  }

  private int port() {
    return node.main().port();
  }

  private WebSocket connect(String path) throws Exception {
    return await(client.connect(port(), "127.0.0.1", path));
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

  private static <T> T await(Future<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
  }
}
