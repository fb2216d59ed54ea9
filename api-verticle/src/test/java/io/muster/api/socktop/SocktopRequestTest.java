package io.muster.api.socktop;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.api.socktop.SocktopRequest.SocktopRequestType;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SocktopRequestTest {
  @ParameterizedTest
  @CsvSource({
    "get_metrics, METRICS, 0",
    "get_disks, DISKS, 0",
    "get_processes, PROCESSES, 0",
    "get_process_metrics:42, PROCESS_METRICS, 42",
    "get_process_metrics:0, PROCESS_METRICS, 0",
    "get_process_metrics:4294967295, PROCESS_METRICS, 4294967295",
    "get_process_metrics:+42, PROCESS_METRICS, 42",
    "get_process_metrics:00000000000000000042, PROCESS_METRICS, 42",
    "get_journal_entries:1, JOURNAL_ENTRIES, 1",
  })
  void parse_requestsOfTheAgent_areValid(String text, SocktopRequestType type, long pid) {
    assertThat(SocktopRequest.parse(text)).contains(new SocktopRequest(type, pid, false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "metrics",
        "GET_METRICS",
        "get_metrics ",
        " get_metrics",
        "get_metrics\n",
        "get_metrics?",
        "get_metrics:1",
        "get_processes\u0000",
        "get_process_metrics",
        "get_process_metrics:",
        "get_process_metrics:abc",
        "get_process_metrics: 1",
        "get_process_metrics:1 ",
        "get_process_metrics:-1",
        "get_process_metrics:-0",
        "get_process_metrics:+",
        "get_process_metrics:++1",
        "get_process_metrics:1.0",
        "get_process_metrics:4294967296",
        "get_process_metrics:99999999999999999999999",
        "get_process_metrics:١",
        "get_journal_entries:x",
        "get_journal_entries:4294967296",
        "get_unknown",
        "[]",
        "\"get_metrics\""
      })
  void parse_textThatTheAgentIgnores_getsNoReply(String text) {
    assertThat(SocktopRequest.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"type\":\"metrics\"} | METRICS | 0",
        "{ \"type\" : \"disks\" } | DISKS | 0",
        "{\"type\":\"processes\",\"pid\":\"x\",\"more\":[1]} | PROCESSES | 0",
        "{\"type\":\"process_metrics\",\"pid\":42} | PROCESS_METRICS | 42",
        "{\"pid\":4294967295,\"type\":\"process_metrics\"} | PROCESS_METRICS | 4294967295",
        "{\"type\":\"journal_entries\",\"pid\":0} | JOURNAL_ENTRIES | 0",
        "{} | UNKNOWN | 0",
        "{ | UNKNOWN | 0",
        "{\"type\":null} | UNKNOWN | 0",
        "{\"type\":[\"metrics\"]} | UNKNOWN | 0",
        "{\"type\":\"get_metrics\"} | UNKNOWN | 0",
        "{\"type\":\"unknown\"} | UNKNOWN | 0",
        "{\"type\":\"process_metrics\"} | UNKNOWN | 0",
        "{\"type\":\"process_metrics\",\"pid\":-1} | UNKNOWN | 0",
        "{\"type\":\"process_metrics\",\"pid\":4294967296} | UNKNOWN | 0",
        "{\"type\":\"process_metrics\",\"pid\":99999999999999999999} | UNKNOWN | 0",
        "{\"type\":\"process_metrics\",\"pid\":1.0} | UNKNOWN | 0",
        "{\"type\":\"process_metrics\",\"pid\":\"1\"} | UNKNOWN | 0",
        "{\"type\":\"journal_entries\",\"pid\":null} | UNKNOWN | 0",
      })
  void parse_requestsOfTheDocument_areValidOrUnknown(
      String text, SocktopRequestType type, long pid) {
    assertThat(SocktopRequest.parse(text)).contains(new SocktopRequest(type, pid, true));
    assertThat(SocktopRequest.parse("\r\n " + text)).contains(new SocktopRequest(type, pid, true));
  }

  @Property
  void parse_anyText_isValidOrEmpty(@ForAll("texts") String text) {
    assertThat(SocktopRequest.parse(text))
        .matches(
            request ->
                request.stream()
                    .allMatch(parsed -> parsed.pid() >= 0 && parsed.pid() <= 0xffff_ffffL));
  }

  @Provide
  Arbitrary<String> texts() {
    return HostileTexts.texts();
  }

  /** Texts that are almost requests, and some that are requests. */
  static final class HostileTexts {
    private HostileTexts() {}

    static Arbitrary<String> texts() {
      var pieces =
          Arbitraries.oneOf(
              Arbitraries.of("get_metrics", "get_process_metrics:", "get_journal_entries:", "\n"),
              Arbitraries.of(
                  "{", "}", "[", "\"type\"", ":", ",", "\"metrics\"", "\"pid\"", "\\ud800"),
              Arbitraries.of("\"process_metrics\"", "null", "1e400", "1", "\u0000", "\uD800", " "),
              Arbitraries.of("{\"type\":\"metrics\"}", "{\"type\":\"journal_entries\",\"pid\":"),
              Arbitraries.longs().map(String::valueOf),
              Arbitraries.strings().ofMaxLength(10));
      return Arbitraries.oneOf(
          pieces.list().ofMaxSize(8).map(parts -> String.join("", parts)),
          Arbitraries.of("[", "{\"a\":").map(opening -> "{\"type\":" + opening.repeat(20_000)));
    }
  }
}
