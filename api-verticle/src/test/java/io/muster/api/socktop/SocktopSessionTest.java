package io.muster.api.socktop;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.fleet.FleetView;
import io.muster.api.fleet.ManualNanos;
import io.muster.api.inspection.HostChoice;
import io.muster.api.socktop.FakeSocket.Frame;
import io.muster.api.socktop.proto.Process;
import io.muster.api.socktop.proto.Processes;
import io.muster.api.websocket.CloseCode;
import io.muster.bus.FleetException.Code;
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
  private static final String OWN = "here";
  private static final String ELSEWHERE = "gpu07";
  private static final String PROCESS = "get_process_metrics:42";

  private final ManualNanos nanos = new ManualNanos();
  private final FakeCollector collector = new FakeCollector();
  private final Map<String, Duration> bounds = new HashMap<>();
  private final Answers answers =
      new Answers(
          SocktopConfig.from(new ConfigReader(SettingSources.none())),
          new HostChoice(new FleetView("fleet", nanos), OWN),
          new Clocks(InstantSource.fixed(Instant.ofEpochSecond(1_795_193_300)), nanos),
          (host, bound) -> {
            bounds.put(host, bound);
            return collector;
          });
  private final FakeSocket client = connect(OWN);

  @Test
  void text_eachRequest_getsItsAnswerInTheFrameOfTheAgent() {
    client.send("get_metrics", "get_disks", "get_processes", PROCESS, "get_journal_entries:42");

    assertThat(client.got())
        .extracting(Frame::binary)
        .containsExactly(false, false, true, true, false);
    assertThat(client.got().get(0).json()).startsWith("{\"sampled_at_ms\":1795193300404,");
    assertThat(client.got().get(0).json()).contains("\"hostname\":\"here\"");
    assertThat(client.got().get(1).json()).startsWith("[{\"name\":\"/dev/nvme0n1\",");
    assertThat(names(client.got().get(2))).containsExactly("idle", "java");
    assertThat(client.got().get(3).json()).endsWith("\"cached_at\":1795193300}");
    assertThat(client.got().get(4).json()).startsWith("{\"entries\":[{");
    assertThat(collector.asked())
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

    assertThat(client.got())
        .extracting(Frame::binary)
        .containsExactly(false, false, true, false, false);
    assertThat(client.got().get(3).message().length()).isGreaterThan(768);
  }

  @Test
  void text_noRequest_isIgnoredAndTheNextOneAnswered() {
    client.send("hello", "get_process_metrics:x", "GET_METRICS");
    assertThat(client.got()).isEmpty();

    client.send("get_disks");
    assertThat(client.got()).hasSize(1);
    assertThat(client.closed()).isEmpty();
  }

  @Test
  void text_jsonThatIsNoRequest_getsOneErrorInItsTurn() {
    client.send("{\"type\":\"metric\"}", "get_disks", "{");

    assertThat(client.got()).hasSize(3);
    assertThat(client.got().get(0).json()).startsWith("{\"error\":\"not a request: expected ");
    assertThat(client.got().get(1).json()).startsWith("[");
    assertThat(client.got().get(2).binary()).isFalse();
  }

  @Test
  void text_pipelined_isAnsweredInOrderHoweverLongEachTakes() {
    collector.holds();
    client.send("get_metrics", "get_disks", PROCESS, "hello", "get_journal_entries:42");

    assertThat(client.waiting()).isEqualTo(4);
    assertThat(collector.asked()).containsExactly("vitals 250");
    for (int request = 0; request < 4; request++) {
      assertThat(client.got()).hasSize(request);
      collector.release(request);
    }
    assertThat(client.got())
        .extracting(frame -> frame.json().substring(0, 9))
        .containsExactly("{\"sampled", "[{\"name\":", "{\"process", "{\"entries");
  }

  /** Two clients whose answers come in the other order than they asked. */
  @Test
  void text_answersOutOfOrder_reachWhoAsked() {
    var other = connect(OWN);
    collector.holds();
    client.send("get_metrics", "get_disks");
    other.send("get_disks", "get_metrics");

    collector.release(1);
    collector.release(0);

    assertThat(client.got()).extracting(frame -> frame.json().charAt(0)).containsExactly('{', '[');
    assertThat(other.got()).extracting(frame -> frame.json().charAt(0)).containsExactly('[', '{');
    assertThat(collector.asked()).containsExactly("vitals 250", "disks 1000");
  }

  @Test
  void text_fiveHundredClientsWithinTheAge_costOneSample() {
    var crowd = IntStream.range(0, 500).mapToObj(number -> connect(OWN)).toList();

    crowd.forEach(each -> each.send("get_metrics", "get_processes", "get_disks"));
    assertThat(collector.asked()).containsExactly("vitals 250", "processes 1500", "disks 1000");
    assertThat(crowd)
        .allSatisfy(
            each ->
                assertThat(each.got().get(1).message())
                    .isSameAs(crowd.get(0).got().get(1).message()));

    nanos.advance(Duration.ofMillis(250));
    crowd.forEach(each -> each.send("get_metrics", "get_processes"));
    assertThat(collector.asked()).hasSize(4).endsWith("vitals 250");
  }

  @Test
  void text_sampleThatWasOldAlready_isRepeatedForTheRestOfItsAge() {
    collector.ages(200);
    client.send("get_metrics");
    nanos.advance(Duration.ofMillis(49));
    client.send("get_metrics");
    assertThat(collector.asked()).hasSize(1);

    nanos.advance(Duration.ofMillis(1));
    client.send("get_metrics");
    assertThat(collector.asked()).hasSize(2);
  }

  @Test
  void text_processOfAnAgedSample_saysWhenItWasCollected() {
    collector.ages(240);
    client.send(PROCESS);

    assertThat(client.last().json()).endsWith("\"cached_at\":1795193299}");
  }

  @Test
  void text_hostThatStoppedAnswering_repeatsWhatItSaidLast() {
    client.send("get_metrics", "get_disks", "get_processes");
    nanos.advance(Duration.ofHours(1));
    collector.fails(Code.TIMEOUT, "no answer in time");
    client.send("get_metrics", "get_disks", "get_processes");

    assertThat(client.got()).hasSize(6);
    assertThat(client.got().subList(3, 6)).isEqualTo(client.got().subList(0, 3));
    assertThat(client.closed()).isEmpty();

    collector.recovers();
    collector.shows(Sample.vitals(10, 5, List.of()));
    client.send("get_metrics");
    assertThat(client.last().json()).contains("\"mem_total\":10,\"mem_used\":5");
  }

  @Test
  void text_hostThatNeverAnswered_hasNoDisksAndNoProcesses() throws IOException {
    collector.fails(Code.UNAVAILABLE, "no node answers");
    client.send("get_disks", "get_processes");

    assertThat(client.got().get(0).json()).isEqualTo("[]");
    assertThat(Processes.parseFrom(client.got().get(1).bytes()))
        .isEqualTo(Processes.getDefaultInstance());
    assertThat(client.closed()).isEmpty();
  }

  @Test
  void text_metricsOfAHostThatNeverAnswered_endTheConnection() {
    collector.fails(Code.UNAVAILABLE, "no node answers");
    client.send("get_metrics");

    assertThat(client.got()).isEmpty();
    assertThat(client.closed()).contains(CloseCode.TRY_AGAIN_LATER);
  }

  @Test
  void text_unknownProcess_isAnErrorInTheWordsOfTheAgent() {
    collector.fails(Code.PROCESS_UNKNOWN, "process pid=42");
    client.send(PROCESS, "get_journal_entries:42", "{\"type\":\"process_metrics\",\"pid\":42}");

    assertThat(client.got())
        .extracting(Frame::json)
        .containsExactly(
            "{\"error\":\"Process 42 not found\",\"pid\":42,\"request\":\"get_process_metrics\"}",
            "{\"error\":\"Process 42 not found\",\"pid\":42,\"request\":\"get_journal_entries\"}",
            "{\"error\":\"Process 42 not found\",\"pid\":42,\"request\":\"get_process_metrics\"}");
  }

  @Test
  void text_processOfAHostThatDoesNotAnswer_isAnErrorToo() {
    collector.fails(Code.TIMEOUT, "zu spät");
    client.send(PROCESS, "get_journal_entries:42");

    assertThat(client.got())
        .extracting(Frame::json)
        .containsExactly(
            "{\"error\":\"zu sp?t\",\"pid\":42,\"request\":\"get_process_metrics\"}",
            "{\"error\":\"journalctl failed: zu sp?t\",\"pid\":42,\"request\":\"get_journal_entries\"}");
  }

  @Test
  void text_journalWithANotice_isNoError() {
    collector.shows(new Journal(List.of(), false, Optional.of("no journalctl here")));
    client.send("get_journal_entries:42");

    assertThat(client.last().json())
        .isEqualTo(
            "{\"entries\":[],\"total_count\":0,\"truncated\":false,"
                + "\"notice\":\"no journalctl here\",\"cached_at\":1795193300}");
  }

  @Test
  void text_otherMachine_hasNamesThatNoLocalProcessHas() {
    var remote = connect(ELSEWHERE).send("get_processes", PROCESS);

    assertThat(names(remote.got().get(0))).containsExactly("gpu07:idle", "gpu07:java");
    assertThat(remote.got().get(1).json())
        .contains("\"name\":\"gpu07:java\",", "\"name\":\"gpu07:worker\",")
        .contains("\"tid\":42,\"name\":\"main\"");
  }

  @Test
  void text_bothHosts_areAskedForByThemselves() {
    client.send("get_metrics");
    var remote = connect(ELSEWHERE).send("get_metrics");

    assertThat(collector.asked()).hasSize(2);
    assertThat(remote.last().json()).contains("\"hostname\":\"gpu07\"");
  }

  /** The client gives up after 5 s, on a process after 2 s. */
  @Test
  void text_anyRequest_isBoundedBelowThePatienceOfTheClient() {
    client.send("get_metrics");
    assertThat(bounds).containsEntry(OWN, Duration.ofSeconds(2));

    client.send(PROCESS);
    assertThat(bounds).containsEntry(OWN, Duration.ofMillis(1500));
  }

  @Test
  void text_clientThatReadsNothing_isNotAnsweredUntilItDoes() {
    client.takes(2);
    client.send(Collections.nCopies(1000, "get_disks").toArray(String[]::new));

    assertThat(client.got()).hasSize(2);
    assertThat(client.waiting()).isEqualTo(998);

    client.takes(3);
    assertThat(client.got()).hasSize(5);
    client.takes(Integer.MAX_VALUE);
    assertThat(client.got()).hasSize(1000);
  }

  @Test
  void text_clientThatStopsReadingMeanwhile_isNotAnsweredUntilItDoes() {
    collector.holds();
    client.send("get_metrics", "get_metrics");
    client.takes(1);
    collector.release(0);
    assertThat(client.got()).hasSize(1);
    assertThat(client.waiting()).isEqualTo(1);

    client.takes(1);
    assertThat(client.got()).hasSize(2);
  }

  @Test
  void binary_anything_isIgnored() {
    var session = new SocktopSession(client, answers, OWN);
    session.binary();
    session.tick();

    assertThat(client.got()).isEmpty();
    assertThat(client.closed()).isEmpty();
  }

  @Property(tries = 300)
  void text_anyTexts_getOneAnswerAtMostEach(@ForAll("texts") List<String> texts) {
    var here = connect(OWN);
    var requests = texts.stream().filter(text -> SocktopRequest.parse(text).isPresent()).count();

    here.send(texts.toArray(String[]::new));
    assertThat(here.got()).hasSize((int) requests);

    here.send("get_metrics");
    assertThat(here.last().json()).startsWith("{\"sampled_at_ms\":");
    assertThat(here.closed()).isEmpty();
  }

  @Provide
  Arbitrary<List<String>> texts() {
    return SocktopRequestTest.Hostile.texts().list().ofMaxSize(6);
  }

  private FakeSocket connect(String host) {
    var socket = new FakeSocket();
    return socket.with(new SocktopSession(socket, answers, host));
  }

  private static List<String> names(Frame frame) {
    try {
      return Processes.parseFrom(frame.bytes()).getRowsList().stream()
          .map(Process::getName)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
