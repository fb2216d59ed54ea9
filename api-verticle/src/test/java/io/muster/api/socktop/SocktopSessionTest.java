package io.muster.api.socktop;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.HostSelector;
import io.muster.api.fleet.ManualNanos;
import io.muster.api.fleet.TestFrame;
import io.muster.api.socktop.FakeSocktopConnection.ReceivedFrame;
import io.muster.api.socktop.proto.Process;
import io.muster.api.socktop.proto.Processes;
import io.muster.api.websocket.CloseCode;
import io.muster.bus.FleetException.Code;
import io.muster.bus.metrics.MeterFactory;
import io.muster.runtime.config.ConfigReader;
import io.muster.runtime.config.SettingSources;
import io.muster.runtime.node.Clocks;
import io.muster.schema.inspection.Journal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class SocktopSessionTest {
  private static final String OWN_HOST = "gpu01";
  private static final String REMOTE_HOST = "gpu07";
  private static final String PROCESS = "get_process_metrics:42";

  private final ManualNanos nanos = new ManualNanos();
  private final FakeSocktopCollector collector = new FakeSocktopCollector();
  private final Map<String, Duration> timeouts = new HashMap<>();
  private final SocktopResponder responder =
      new SocktopResponder(
          SocktopConfig.from(new ConfigReader(SettingSources.none())),
          new HostSelector(
              new FleetView(
                  "fleet",
                  TestFrame.FLEET_LIMITS,
                  nanos,
                  new MeterFactory(new SimpleMeterRegistry(), "muster.api.")),
              OWN_HOST),
          new Clocks(InstantSource.fixed(Instant.ofEpochSecond(1_795_193_300)), nanos),
          (host, timeout) -> {
            timeouts.put(host, timeout);
            return collector;
          });
  private final FakeSocktopConnection client = connect(OWN_HOST);

  @Test
  void text_eachRequest_getsItsReplyInTheFrameOfTheAgent() {
    client.send("get_metrics", "get_disks", "get_processes", PROCESS, "get_journal_entries:42");

    assertThat(client.received())
        .extracting(ReceivedFrame::binary)
        .containsExactly(false, false, true, true, false);
    assertThat(client.received().get(0).json()).startsWith("{\"sampled_at_ms\":1795193300404,");
    assertThat(client.received().get(0).json()).contains("\"hostname\":\"gpu01\"");
    assertThat(client.received().get(1).json()).startsWith("[{\"name\":\"/dev/nvme0n1\",");
    assertThat(names(client.received().get(2))).containsExactly("idle", "java");
    assertThat(client.received().get(3).json()).endsWith("\"cached_at\":1795193300}");
    assertThat(client.received().get(4).json()).startsWith("{\"entries\":[{");
    assertThat(collector.requests())
        .containsExactly(
            "vitals 250", "disks 1000", "processes 1500", "process 42 250", "journal 42 1000");
  }

  @Test
  void text_requestsInJson_areAnsweredInTextAndProcessesInProtobuf() {
    client.send(
        "{\"type\":\"metrics\"}",
        "{\"type\":\"disks\"}",
        "{\"type\":\"processes\"}",
        "{\"type\":\"process_metrics\",\"pid\":42}",
        "{\"type\":\"journal_entries\",\"pid\":42}");

    assertThat(client.received())
        .extracting(ReceivedFrame::binary)
        .containsExactly(false, false, true, false, false);
    assertThat(client.received().get(3).message().length()).isGreaterThan(768);
  }

  @Test
  void text_notARequest_isIgnoredAndTheNextOneAnswered() {
    client.send("hello", "get_process_metrics:x", "GET_METRICS");
    assertThat(client.received()).isEmpty();

    client.send("get_disks");
    assertThat(client.received()).hasSize(1);
    assertThat(client.closeCode()).isEmpty();
  }

  @Test
  void text_jsonNotARequest_getsOneErrorInOrder() {
    client.send("{\"type\":\"metric\"}", "get_disks", "{");

    assertThat(client.received()).hasSize(3);
    assertThat(client.received().get(0).json()).startsWith("{\"error\":\"not a request: expected ");
    assertThat(client.received().get(1).json()).startsWith("[");
    assertThat(client.received().get(2).binary()).isFalse();
  }

  @Test
  void text_pipelined_isAnsweredInOrderDespiteDelays() {
    collector.deferReplies();
    client.send("get_metrics", "get_disks", PROCESS, "hello", "get_journal_entries:42");

    assertThat(client.pendingTexts()).isEqualTo(4);
    assertThat(collector.requests()).containsExactly("vitals 250");
    for (int request = 0; request < 4; request++) {
      assertThat(client.received()).hasSize(request);
      collector.completeReply(request);
    }
    assertThat(client.received())
        .extracting(frame -> frame.json().substring(0, 9))
        .containsExactly("{\"sampled", "[{\"name\":", "{\"process", "{\"entries");
  }

  /** Two clients whose replies complete in the opposite order of the requests. */
  @Test
  void text_repliesOutOfOrder_reachTheRightClient() {
    var other = connect(OWN_HOST);
    collector.deferReplies();
    client.send("get_metrics", "get_disks");
    other.send("get_disks", "get_metrics");

    collector.completeReply(1);
    collector.completeReply(0);

    assertThat(client.received())
        .extracting(frame -> frame.json().charAt(0))
        .containsExactly('{', '[');
    assertThat(other.received())
        .extracting(frame -> frame.json().charAt(0))
        .containsExactly('[', '{');
    assertThat(collector.requests()).containsExactly("vitals 250", "disks 1000");
  }

  @Test
  void text_fiveHundredClientsWithinTheAge_costOneSample() {
    var clients = IntStream.range(0, 500).mapToObj(number -> connect(OWN_HOST)).toList();

    clients.forEach(each -> each.send("get_metrics", "get_processes", "get_disks"));
    assertThat(collector.requests()).containsExactly("vitals 250", "processes 1500", "disks 1000");
    assertThat(clients)
        .allSatisfy(
            each ->
                assertThat(each.received().get(1).message())
                    .isSameAs(clients.get(0).received().get(1).message()));

    nanos.advance(Duration.ofMillis(250));
    clients.forEach(each -> each.send("get_metrics", "get_processes"));
    assertThat(collector.requests()).hasSize(4).endsWith("vitals 250");
  }

  @Test
  void text_sampleWithAge_isReusedForTheRemainderOfItsMaxAge() {
    collector.setAgeMillis(200);
    client.send("get_metrics");
    nanos.advance(Duration.ofMillis(49));
    client.send("get_metrics");
    assertThat(collector.requests()).hasSize(1);

    nanos.advance(Duration.ofMillis(1));
    client.send("get_metrics");
    assertThat(collector.requests()).hasSize(2);
  }

  @Test
  void text_processOfASampleWithAge_hasTheTimeOfCollection() {
    collector.setAgeMillis(240);
    client.send(PROCESS);

    assertThat(client.lastReceived().json()).endsWith("\"cached_at\":1795193299}");
  }

  @Test
  void text_hostStopsResponding_repeatsTheLastReply() {
    client.send("get_metrics", "get_disks", "get_processes");
    nanos.advance(Duration.ofHours(1));
    collector.failWith(Code.TIMEOUT, "no reply in time");
    client.send("get_metrics", "get_disks", "get_processes");

    assertThat(client.received()).hasSize(6);
    assertThat(client.received().subList(3, 6)).isEqualTo(client.received().subList(0, 3));
    assertThat(client.closeCode()).isEmpty();

    collector.recover();
    collector.setVitals(SocktopFixture.vitals(10, 5, List.of()));
    client.send("get_metrics");
    assertThat(client.lastReceived().json()).contains("\"mem_total\":10,\"mem_used\":5");
  }

  @Test
  void text_hostNeverResponded_hasNoDisksAndNoProcesses() throws IOException {
    collector.failWith(Code.UNAVAILABLE, "no collector responds");
    client.send("get_disks", "get_processes");

    assertThat(client.received().get(0).json()).isEqualTo("[]");
    assertThat(Processes.parseFrom(client.received().get(1).decompressed()))
        .isEqualTo(Processes.getDefaultInstance());
    assertThat(client.closeCode()).isEmpty();
  }

  @Test
  void text_metricsOfAHostThatNeverResponded_closeTheConnection() {
    collector.failWith(Code.UNAVAILABLE, "no collector responds");
    client.send("get_metrics");

    assertThat(client.received()).isEmpty();
    assertThat(client.closeCode()).contains(CloseCode.TRY_AGAIN_LATER);
  }

  @Test
  void text_unknownProcess_isAnsweredLikeTheAgent() {
    collector.failWith(Code.PROCESS_UNKNOWN, "process pid=42");
    client.send(PROCESS, "get_journal_entries:42", "{\"type\":\"process_metrics\",\"pid\":42}");

    assertThat(client.received())
        .extracting(ReceivedFrame::json)
        .containsExactly(
            "{\"error\":\"Process 42 not found\",\"pid\":42,\"request\":\"get_process_metrics\"}",
            "{\"error\":\"Process 42 not found\",\"pid\":42,\"request\":\"get_journal_entries\"}",
            "{\"error\":\"Process 42 not found\",\"pid\":42,\"request\":\"get_process_metrics\"}");
  }

  @Test
  void text_processOfAHostThatDoesNotRespond_isAnErrorReply() {
    collector.failWith(Code.TIMEOUT, "zu spät");
    client.send(PROCESS, "get_journal_entries:42");

    assertThat(client.received())
        .extracting(ReceivedFrame::json)
        .containsExactly(
            "{\"error\":\"zu sp?t\",\"pid\":42,\"request\":\"get_process_metrics\"}",
            "{\"error\":\"journalctl failed: zu"
                + " sp?t\",\"pid\":42,\"request\":\"get_journal_entries\"}");
  }

  @Test
  void text_journalWithANotice_isNotAnError() {
    collector.setJournal(new Journal(List.of(), false, Optional.of("no journalctl here")));
    client.send("get_journal_entries:42");

    assertThat(client.lastReceived().json())
        .isEqualTo(
            "{\"entries\":[],\"total_count\":0,\"truncated\":false,"
                + "\"notice\":\"no journalctl here\",\"cached_at\":1795193300}");
  }

  @Test
  void text_remoteHost_hasNamesThatNoLocalProcessHas() {
    var remote = connect(REMOTE_HOST).send("get_processes", PROCESS);

    assertThat(names(remote.received().get(0))).containsExactly("gpu07:idle", "gpu07:java");
    assertThat(remote.received().get(1).json())
        .contains("\"name\":\"gpu07:java\",", "\"name\":\"gpu07:worker\",")
        .contains("\"tid\":42,\"name\":\"main\"");
  }

  @Test
  void text_twoHosts_areSampledSeparately() {
    client.send("get_metrics");
    var remote = connect(REMOTE_HOST).send("get_metrics");

    assertThat(collector.requests()).hasSize(2);
    assertThat(remote.lastReceived().json()).contains("\"hostname\":\"gpu07\"");
  }

  /** The client times out after 5 s, for a process after 2 s. */
  @Test
  void text_anyRequest_hasATimeoutBelowThatOfTheClient() {
    client.send("get_metrics");
    assertThat(timeouts).containsEntry(OWN_HOST, Duration.ofSeconds(2));

    client.send(PROCESS);
    assertThat(timeouts).containsEntry(OWN_HOST, Duration.ofMillis(1500));
  }

  @Test
  void text_clientDoesNotRead_isNotAnsweredUntilItReads() {
    client.setCapacity(2);
    client.send(Collections.nCopies(1000, "get_disks").toArray(String[]::new));

    assertThat(client.received()).hasSize(2);
    assertThat(client.pendingTexts()).isEqualTo(998);

    client.setCapacity(3);
    assertThat(client.received()).hasSize(5);
    client.setCapacity(Integer.MAX_VALUE);
    assertThat(client.received()).hasSize(1000);
  }

  @Test
  void text_clientStopsReadingMeanwhile_isNotAnsweredUntilItReads() {
    collector.deferReplies();
    client.send("get_metrics", "get_metrics");
    client.setCapacity(1);
    collector.completeReply(0);
    assertThat(client.received()).hasSize(1);
    assertThat(client.pendingTexts()).isEqualTo(1);

    client.setCapacity(1);
    assertThat(client.received()).hasSize(2);
  }

  @Test
  void binary_anything_isIgnored() {
    var session = new SocktopSession(client, responder, OWN_HOST);
    session.onBinary();
    session.onSecondElapsed();

    assertThat(client.received()).isEmpty();
    assertThat(client.closeCode()).isEmpty();
  }

  @Property(tries = 300)
  void text_anyTexts_getAtMostOneReplyEach(@ForAll("texts") List<String> texts) {
    var connection = connect(OWN_HOST);
    var requests = texts.stream().filter(text -> SocktopRequest.parse(text).isPresent()).count();

    connection.send(texts.toArray(String[]::new));
    assertThat(connection.received()).hasSize((int) requests);

    connection.send("get_metrics");
    assertThat(connection.lastReceived().json()).startsWith("{\"sampled_at_ms\":");
    assertThat(connection.closeCode()).isEmpty();
  }

  @Provide
  Arbitrary<List<String>> texts() {
    return SocktopRequestTest.HostileTexts.texts().list().ofMaxSize(6);
  }

  private FakeSocktopConnection connect(String host) {
    var connection = new FakeSocktopConnection();
    return connection.connectTo(new SocktopSession(connection, responder, host));
  }

  private static List<String> names(ReceivedFrame frame) {
    try {
      return Processes.parseFrom(frame.decompressed()).getRowsList().stream()
          .map(Process::getName)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
