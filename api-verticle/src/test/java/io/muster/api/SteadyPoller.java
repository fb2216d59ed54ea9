package io.muster.api;

import static io.muster.api.websocket.RawWebSocket.BINARY;
import static io.muster.api.websocket.RawWebSocket.frame;
import static io.muster.api.websocket.RawWebSocket.textFrame;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.socktop.proto.Processes;
import io.muster.api.websocket.RawWebSocket;
import io.muster.api.websocket.RawWebSocket.Frame;
import io.muster.runtime.config.HostPort;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A well-behaved client of {@code /ws} in front of a {@link NumberedCollector}. It asks several
 * things at once, with silence-worthy ones between them, and holds each reply against its request.
 */
final class SteadyPoller implements AutoCloseable {
  private static final int AT_ONCE = 4;
  private static final int PROCESSES = 100_000;

  private final Random random;
  private final RawWebSocket client;
  private long sampledAtMillis;
  private int replies;

  SteadyPoller(HostPort server, String target, long seed) throws IOException {
    this.client = RawWebSocket.open(server, target);
    this.random = new Random(seed);
  }

  /** Asks some questions, and takes the answers. */
  void poll() throws IOException {
    var asked = new ArrayList<Question>();
    var bytes = new ByteArrayOutputStream();
    for (int count = 1 + random.nextInt(AT_ONCE); count > 0; count--) {
      var question = question(random.nextInt(PROCESSES));
      asked.add(question);
      noise().forEach(bytes::writeBytes);
      bytes.writeBytes(textFrame(question.text()));
    }
    client.bytes(bytes.toByteArray());
    for (var question : asked) {
      var reply =
          client.next().orElseThrow(() -> new AssertionError("cut off: " + question.text()));
      question.check().accept(reply);
      replies++;
    }
  }

  int replies() {
    return replies;
  }

  @Override
  public void close() throws IOException {
    client.close();
  }

  private Question question(int pid) {
    return switch (random.nextInt(7)) {
      case 0 -> new Question("get_metrics", this::checkMetrics);
      case 1 -> new Question("{\"type\":\"metrics\"}", this::checkMetrics);
      case 2 -> new Question("get_disks", reply -> begins(reply, "[{\"name\":\"/dev/a\""));
      case 3 -> new Question("get_processes", SteadyPoller::checkProcesses);
      case 4 ->
          new Question(
              "get_journal_entries:" + pid,
              reply -> checkProcess(reply, pid, "\"message\":\"journal of " + pid + "\""));
      case 5 ->
          new Question(
              "{\"type\":\"process_metrics\",\"pid\":" + pid + "}",
              reply -> checkProcess(reply, pid, "{\"process\":{\"pid\":" + pid + ","));
      default ->
          new Question(
              "get_process_metrics:" + pid,
              reply -> checkProcess(reply, pid, "{\"process\":{\"pid\":" + pid + ","));
    };
  }

  /** What is not answered, or out of turn. */
  private List<byte[]> noise() {
    return switch (random.nextInt(4)) {
      case 0 -> List.of(textFrame("hello"));
      case 1 -> List.of(frame(BINARY, true, new byte[] {1}));
      case 2 -> List.of(frame(BINARY, false, new byte[] {1}), frame(0, true, new byte[] {2}));
      default -> List.of();
    };
  }

  private void checkMetrics(Frame reply) throws IOException {
    var metrics = new JsonObject(text(reply));
    assertThat(metrics.getString("hostname")).isEqualTo(ApiNode.OWN_HOST);
    assertThat(metrics.getLong("sampled_at_ms")).isGreaterThanOrEqualTo(sampledAtMillis);
    sampledAtMillis = metrics.getLong("sampled_at_ms");
  }

  private static void checkProcesses(Frame reply) throws IOException {
    assertThat(Processes.parseFrom(reply.unpacked()).getRows(0).getName()).isEqualTo("listed");
  }

  private static void checkProcess(Frame reply, int pid, String known) throws IOException {
    assertThat(text(reply))
        .contains(
            NumberedCollector.hasEnded(pid)
                ? "{\"error\":\"Process " + pid + " not found\",\"pid\":" + pid + ","
                : known);
  }

  private static void begins(Frame reply, String text) throws IOException {
    assertThat(text(reply)).startsWith(text);
  }

  private static String text(Frame reply) throws IOException {
    return reply.opcode() == BINARY ? new String(reply.unpacked(), UTF_8) : reply.text();
  }

  private record Question(String text, Check check) {}

  @FunctionalInterface
  private interface Check {
    void accept(Frame reply) throws IOException;
  }
}
