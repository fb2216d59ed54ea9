package io.muster.api.socktop;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.AsyncApiSchemas;
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

/** The endpoint over real sockets and the event bus. */
class SocktopEndpointIT {
  private static final String REMOTE_HOST = "gpu07";

  private final ApiNode node = ApiNode.startWithSystemClocks(Map.of("api.socktop.auth", "agent"));
  private final WebSocketClient client = node.vertx().createWebSocketClient();
  private final FakeSocktopCollector collector = new FakeSocktopCollector();

  @BeforeEach
  void registerCollectors() {
    node.addHost(ApiNode.OWN_HOST, collector);
    node.addHost(REMOTE_HOST, new FakeSocktopCollector());
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
  void handle_hostInPathOrQuery_isSelected(String path, String host) throws Exception {
    var messages = sendRequest(connect(path), "get_metrics");

    assertThat(nextMessage(messages).toString()).contains("\"hostname\":\"" + host + "\"");
  }

  /**
   * Many requests at once, over the event bus, behind one that takes a round trip to a collector.
   */
  @Test
  void text_manyAtOnce_areAnsweredInOrder() throws Exception {
    var socket = connect("/ws");
    var messages = sendRequest(socket, "get_metrics");
    for (int round = 0; round < 500; round++) {
      for (var text : List.of("get_disks", "hello", "get_process_metrics:42", "get_metrics")) {
        await(socket.writeTextMessage(text));
      }
    }

    nextMessage(messages);
    for (int round = 0; round < 500; round++) {
      assertThat(nextMessage(messages).toString()).startsWith("[{\"name\":");
      assertThat(nextMessage(messages).getByte(0)).isEqualTo((byte) 0x1f);
      assertThat(nextMessage(messages).toString()).startsWith("{\"sampled_at_ms\":");
    }
    assertThat(messages).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"type\":\"metrics\"} | SocktopMetrics",
        "{\"type\":\"disks\"} | SocktopDisks",
        "{\"type\":\"process_metrics\",\"pid\":42} | SocktopProcess",
        "{\"type\":\"journal_entries\",\"pid\":42} | SocktopJournal",
        "{\"type\":\"unknown\"} | SocktopError"
      })
  void text_replies_matchTheAsyncApiDocument(String request, String message) throws Exception {
    var schemas = AsyncApiSchemas.of(node);

    var reply = nextMessage(sendRequest(connect("/ws"), request));

    schemas.assertValid(message, reply.toString());
    if (!message.equals("SocktopError")) {
      schemas.assertValid("SocktopRequest", request);
    }
  }

  @Test
  void text_collectorMissingFromTheStart_closesTheConnection() throws Exception {
    node.publish(TestFrame.of("uncollected").build());
    var closed = new CompletableFuture<Short>();
    var socket = connect("/ws/uncollected");
    socket.closeHandler(ignored -> closed.complete(socket.closeStatusCode()));
    sendRequest(socket, "get_metrics");

    assertThat(closed.get(60, TimeUnit.SECONDS)).isEqualTo((short) 1013);
  }

  private int port() {
    return node.mainAddress().port();
  }

  private WebSocket connect(String path) throws Exception {
    return await(client.connect(port(), "127.0.0.1", path));
  }

  private static BlockingQueue<Buffer> sendRequest(WebSocket socket, String text) throws Exception {
    var messages = new LinkedBlockingQueue<Buffer>();
    socket.textMessageHandler(message -> messages.add(Buffer.buffer(message)));
    socket.binaryMessageHandler(messages::add);
    await(socket.writeTextMessage(text));
    return messages;
  }

  private static Buffer nextMessage(BlockingQueue<Buffer> messages) throws InterruptedException {
    var message = messages.poll(60, TimeUnit.SECONDS);
    assertThat(message).as("a reply within ten seconds").isNotNull();
    return message == null ? Buffer.buffer() : message;
  }

  private static <T> T await(Future<T> future)
      throws InterruptedException, ExecutionException, TimeoutException {
    return future.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
  }
}
