package io.muster.api.socktop;

import static io.muster.api.websocket.RawWebSocket.BINARY;
import static io.muster.api.websocket.RawWebSocket.TEXT;
import static io.muster.api.websocket.RawWebSocket.frame;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.ApiNode;
import io.muster.api.socktop.proto.Processes;
import io.muster.api.websocket.RawWebSocket;
import io.muster.bus.FleetException.Code;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each request as bytes on a connection, and the frame of its reply. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SocktopRequestsIT {
  private static final String MANY = "many";
  private static final String EMPTY = "empty";

  private final ApiNode node =
      ApiNode.startWithSystemClocks(Map.of("api.limits.websockets_per_address", "0"));

  @BeforeAll
  void registerCollectors() {
    var many = new FakeSocktopCollector();
    many.setVitals(SocktopFixture.manyCpus(128));
    var empty = new FakeSocktopCollector();
    empty.failWith(Code.PROCESS_UNKNOWN, "no such process");
    node.addHost(ApiNode.OWN_HOST, new FakeSocktopCollector());
    node.addHost(MANY, many);
    node.addHost(EMPTY, empty);
  }

  @AfterAll
  void close() {
    node.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "get_disks                                 | [{'name':'/dev/nvme0n1','total':1000,",
        "{\"type\":\"disks\"}                      | [{'name':'/dev/nvme0n1','total':1000,",
        "get_journal_entries:42                    | {'entries':[{'timestamp':'2026-11-20T",
        "{\"type\":\"journal_entries\",\"pid\":42} | {'entries':[{'timestamp':'2026-11-20T",
        "{\"type\":\"metrics\"}                    | {'sampled_at_ms':1795193300404,'cpu_total':",
        "{\"type\":\"process_metrics\",\"pid\":42} | {'process':{'pid':42,'name':'java',",
        "{\"type\":\"kill\",\"pid\":42}            | {'error':'not a request: expected",
        "{\"type\":\"process_metrics\"}            | {'error':'not a request: expected",
        "{                                         | {'error':'not a request: expected",
      })
  void request_shortReplyOrJson_isAnsweredAsText(String request, String answer) throws IOException {
    try (var client = RawWebSocket.open(node.mainAddress(), "/ws")) {
      var frame = client.sendText(request).nextFrame().orElseThrow();

      assertThat(frame.opcode()).isEqualTo(TEXT);
      assertThat(frame.text()).startsWith(answer.replace('\'', '"'));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/ws/many | get_metrics            | {'sampled_at_ms':1795193300404,'cpu_total':",
        "/ws      | get_process_metrics:42 | {'process':{'pid':42,'name':'java',",
      })
  void request_longReply_isAnsweredAsOneGzipMember(String target, String request, String answer)
      throws IOException {
    try (var client = RawWebSocket.open(node.mainAddress(), target)) {
      var frame = client.sendText(request).nextFrame().orElseThrow();

      assertThat(frame.opcode()).isEqualTo(BINARY);
      var json = new String(frame.decompressed(), UTF_8);
      assertThat(json).startsWith(answer.replace('\'', '"'));
      assertThat(json.length()).isGreaterThan(768);
    }
  }

  /** The table is compressed at any size, as in the protocol document. */
  @ParameterizedTest
  @ValueSource(strings = {"get_processes", "{\"type\":\"processes\"}"})
  void processes_anyRequest_areAnsweredAsGzippedProtobuf(String request) throws IOException {
    try (var client = RawWebSocket.open(node.mainAddress(), "/ws")) {
      var frame = client.sendText(request).nextFrame().orElseThrow();

      assertThat(frame.opcode()).isEqualTo(BINARY);
      var table = Processes.parseFrom(frame.decompressed());
      assertThat(table.getProcessCount()).isEqualTo(2);
      assertThat(table.getRows(1).getPid()).isEqualTo(300);
      assertThat(table.getRows(1).getName()).isEqualTo("java");
      assertThat(table.getRows(1).getCpuUsage()).isEqualTo(12.5f);
      assertThat(table.getRows(1).getMemBytes()).isEqualTo(123_456);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "get_process_metrics:7, get_process_metrics, 7",
    "get_process_metrics:4294967295, get_process_metrics, 4294967295",
    "get_journal_entries:0, get_journal_entries, 0",
  })
  void request_unknownProcess_isAnsweredLikeTheAgent(String request, String command, long pid)
      throws IOException {
    try (var client = RawWebSocket.open(node.mainAddress(), "/ws/" + EMPTY)) {
      assertThat(client.sendText(request).nextText())
          .isEqualTo(
              "{\"error\":\"Process "
                  + pid
                  + " not found\",\"pid\":"
                  + pid
                  + ",\"request\":\""
                  + command
                  + "\"}");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hello",
        "GET_METRICS",
        "get_metrics\n",
        " get_metrics",
        "get_metrics?",
        "get_process_metrics",
        "get_process_metrics:",
        "get_process_metrics:abc",
        "get_process_metrics: 42",
        "get_process_metrics:-1",
        "get_process_metrics:4294967296",
        "get_journal_entries:abc",
        "[]",
      })
  void text_notARequest_isNotAnswered(String text) throws IOException {
    try (var client = RawWebSocket.open(node.mainAddress(), "/ws")) {
      client.sendText(text);

      assertDisks(client);
    }
  }

  /** A client could not match a reply to its request. */
  @Test
  void binary_anything_isNotAnswered() throws IOException {
    try (var client = RawWebSocket.open(node.mainAddress(), "/ws")) {
      client.sendBytes(frame(BINARY, true, "get_metrics".getBytes(UTF_8)));
      client.sendBytes(frame(BINARY, true, new byte[0]));

      assertDisks(client);
    }
  }

  /** Asserts that the next frame is the reply to this request. */
  private static void assertDisks(RawWebSocket client) throws IOException {
    assertThat(client.sendText("get_disks").nextText()).startsWith("[{\"name\":");
  }
}
