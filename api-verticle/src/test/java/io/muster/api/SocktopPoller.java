package io.muster.api;

import static io.muster.api.websocket.RawWebSocket.BINARY;
import static io.muster.api.websocket.RawWebSocket.frame;
import static io.muster.api.websocket.RawWebSocket.textFrame;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.socktop.proto.Processes;
import io.muster.api.websocket.RawWebSocket;
import io.muster.api.websocket.RawWebSocket.RawFrame;
import io.muster.runtime.config.HostPort;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A well-behaved client of {@code /ws} in front of a {@link NumberedInspectionService}. It sends
 * several requests at once, with messages that get no reply between them, and checks each reply
 * against its request.
 */
final class SocktopPoller implements AutoCloseable {
  private static final int MAX_REQUESTS = 4;
  private static final int PROCESSES = 100_000;

  private final Random random;
  private final RawWebSocket client;
  private long sampledAtMillis;
  private int replies;

  SocktopPoller(HostPort server, String target, long seed) throws IOException {
    this.client = RawWebSocket.open(server, target);
    this.random = new Random(seed);
  }

  /** Sends some requests, and checks their replies. */
  void poll() throws IOException {
    var sent = new ArrayList<PollRequest>();
    var bytes = new ByteArrayOutputStream();
    for (int count = 1 + random.nextInt(MAX_REQUESTS); count > 0; count--) {
      var request = randomRequest(random.nextInt(PROCESSES));
      sent.add(request);
      ignoredFrames().forEach(bytes::writeBytes);
      bytes.writeBytes(textFrame(request.text()));
    }
    client.sendBytes(bytes.toByteArray());
    for (var request : sent) {
      var reply =
          client.nextFrame().orElseThrow(() -> new AssertionError("no reply to " + request.text()));
      request.check().accept(reply);
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

  private PollRequest randomRequest(int pid) {
    return switch (random.nextInt(7)) {
      case 0 -> new PollRequest("get_metrics", this::checkMetrics);
      case 1 -> new PollRequest("{\"type\":\"metrics\"}", this::checkMetrics);
      case 2 -> new PollRequest("get_disks", reply -> checkPrefix(reply, "[{\"name\":\"/dev/a\""));
      case 3 -> new PollRequest("get_processes", SocktopPoller::checkProcesses);
      case 4 ->
          new PollRequest(
              "get_journal_entries:" + pid,
              reply -> checkProcess(reply, pid, "\"message\":\"journal of " + pid + "\""));
      case 5 ->
          new PollRequest(
              "{\"type\":\"process_metrics\",\"pid\":" + pid + "}",
              reply -> checkProcess(reply, pid, "{\"process\":{\"pid\":" + pid + ","));
      default ->
          new PollRequest(
              "get_process_metrics:" + pid,
              reply -> checkProcess(reply, pid, "{\"process\":{\"pid\":" + pid + ","));
    };
  }

  /** Returns frames that get no reply. */
  private List<byte[]> ignoredFrames() {
    return switch (random.nextInt(4)) {
      case 0 -> List.of(textFrame("hello"));
      case 1 -> List.of(frame(BINARY, true, new byte[] {1}));
      case 2 -> List.of(frame(BINARY, false, new byte[] {1}), frame(0, true, new byte[] {2}));
      default -> List.of();
    };
  }

  private void checkMetrics(RawFrame reply) throws IOException {
    var metrics = new JsonObject(text(reply));
    assertThat(metrics.getString("hostname")).isEqualTo(ApiNode.OWN_HOST);
    assertThat(metrics.getLong("sampled_at_ms")).isGreaterThanOrEqualTo(sampledAtMillis);
    sampledAtMillis = metrics.getLong("sampled_at_ms");
  }

  private static void checkProcesses(RawFrame reply) throws IOException {
    assertThat(Processes.parseFrom(reply.decompressed()).getRows(0).getName()).isEqualTo("listed");
  }

  private static void checkProcess(RawFrame reply, int pid, String expected) throws IOException {
    assertThat(text(reply))
        .contains(
            NumberedInspectionService.hasEnded(pid)
                ? "{\"error\":\"Process " + pid + " not found\",\"pid\":" + pid + ","
                : expected);
  }

  private static void checkPrefix(RawFrame reply, String text) throws IOException {
    assertThat(text(reply)).startsWith(text);
  }

  private static String text(RawFrame reply) throws IOException {
    return reply.opcode() == BINARY ? new String(reply.decompressed(), UTF_8) : reply.text();
  }

  private record PollRequest(String text, ReplyCheck check) {}

  @FunctionalInterface
  private interface ReplyCheck {
    void accept(RawFrame reply) throws IOException;
  }
}
