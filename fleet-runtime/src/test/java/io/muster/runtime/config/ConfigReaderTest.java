package io.muster.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigReaderTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration WEEK = Duration.ofDays(7);

  @Test
  void read_keyNotSet_returnsTheDefault() {
    var reader = new ConfigReader(SettingSources.none());

    assertThat(reader.text("k.text")).isEmpty();
    assertThat(reader.text("k.other", "x")).isEqualTo("x");
    assertThat(reader.integer("k.int", 5, 1, 9)).isEqualTo(5);
    assertThat(reader.flag("k.flag", true)).isTrue();
    assertThat(reader.duration("k.duration", SECOND, SECOND, WEEK)).isEqualTo(SECOND);
    assertThat(reader.listener("k.on", "[::1]:80")).contains(new HostPort("::1", 80));
    assertThat(reader.listener("k.off", "off")).isEmpty();
    assertThat(reader.addresses("k.join")).isEmpty();
    assertThat(reader.list("k.list")).isEmpty();
    assertThat(reader.path("k.path", Path.of("data"))).isEqualTo(Path.of("data"));
    assertThat(reader.problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t\n"})
  void read_blank_countsAsNotSet(String blank) {
    var reader = reader(blank);

    assertThat(reader.text("k")).isEmpty();
    assertThat(reader.integer("k", 5, 1, 9)).isEqualTo(5);
    assertThat(reader.flag("k", true)).isTrue();
    assertThat(reader.listener("k", "a:80")).contains(new HostPort("a", 80));
    assertThat(reader.list("k")).isEmpty();
    assertThat(reader.problems()).isEmpty();
  }

  @Test
  void text_surroundingBlanks_areStripped() {
    assertThat(reader(" to ken\n").text("k")).contains("to ken");
  }

  @Test
  void read_controlCharacter_isOneProblemThatDoesNotShowIt() {
    var reader = reader("a\nb");

    assertThat(reader.text("k")).isEmpty();
    assertThat(reader.secret("k")).isEqualTo(Secret.NONE);
    assertThat(reader.path("k", Path.of("data"))).isEqualTo(Path.of("data"));
    assertThat(reader.problems())
        .containsExactly("k (command line): must not contain control characters");
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "' 7 ', 7", "9, 9"})
  void integer_withinBounds_isAccepted(String text, int value) {
    var reader = reader(text);

    assertThat(reader.integer("k", 5, 1, 9)).isEqualTo(value);
    assertThat(reader.problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "10", "-1", "1.0", "1e0", "0x1", "five", "2147483648"})
  void integer_anythingElse_isTheDefaultAndAProblem(String text) {
    var reader = reader(text);

    assertThat(reader.integer("k", 5, 1, 9)).isEqualTo(5);
    assertThat(reader.problems())
        .containsExactly("k (command line): must be a whole number from 1 to 9: '" + text + "'");
  }

  @Test
  void choice_constantInLowerCase_isAccepted() {
    assertThat(reader("read_only").choice("k", AccessMode.NONE)).isEqualTo(AccessMode.READ_ONLY);
    assertThat(new ConfigReader(SettingSources.none()).choice("k", AccessMode.FULL))
        .isEqualTo(AccessMode.FULL);
  }

  @ParameterizedTest
  @ValueSource(strings = {"READ_ONLY", "read", "none,full"})
  void choice_anythingElse_isTheDefaultAndAProblem(String text) {
    var reader = reader(text);

    assertThat(reader.choice("k", AccessMode.FULL)).isEqualTo(AccessMode.FULL);
    assertThat(reader.problems())
        .containsExactly("k (command line): must be none, read_only or full: '" + text + "'");
  }

  @Test
  void flag_trueAndFalse_areAccepted() {
    assertThat(reader("true").flag("k", false)).isTrue();
    assertThat(reader("false").flag("k", true)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "1", "TRUE", "on", "truefalse"})
  void flag_anythingElse_isTheDefaultAndAProblem(String text) {
    var reader = reader(text);

    assertThat(reader.flag("k", true)).isTrue();
    assertThat(reader.problems())
        .containsExactly("k (command line): must be true or false: '" + text + "'");
  }

  @ParameterizedTest
  @CsvSource({
    "1000ms, PT1S",
    "1500ms, PT1.5S",
    "1s, PT1S",
    "3, PT3S",
    "5m, PT5M",
    "2h, PT2H",
    "7d, P7D",
    "604800, P7D"
  })
  void duration_withinBounds_isAccepted(String text, Duration value) {
    var reader = reader(text);

    assertThat(reader.duration("k", SECOND, SECOND, WEEK)).isEqualTo(value);
    assertThat(reader.problems()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "999ms",
        "0",
        "8d",
        "604801",
        "-1s",
        "1.5s",
        "1 s",
        "1w",
        "s",
        "1S",
        "999999999999d",
        "1000000000000s",
        "PT1S"
      })
  void duration_anythingElse_isTheDefaultAndAProblem(String text) {
    var reader = reader(text);

    assertThat(reader.duration("k", WEEK, SECOND, WEEK)).isEqualTo(WEEK);
    assertThat(reader.problems())
        .containsExactly(
            "k (command line): must be a duration from 1s to 7d, such as 500ms, 3s, 5m or 1h: '"
                + text
                + "'");
  }

  @ParameterizedTest
  @CsvSource({"PT0S, 0ms", "PT0.25S, 250ms", "PT1.5S, 1500ms", "PT90M, 90m", "PT36H, 36h"})
  void duration_boundInTheMessage_isInItsLargestUnit(Duration min, String text) {
    var reader = reader("x");

    reader.duration("k", WEEK, min, WEEK);

    assertThat(reader.problems().get(0)).contains(" from " + text + " to 7d,");
  }

  @Test
  void listener_off_isEmpty() {
    assertThat(reader(" off ").listener("k", "127.0.0.1:9090")).isEmpty();
  }

  @Test
  void listener_neitherAddressNorOff_isTheDefaultAndAProblem() {
    var reader = reader("9090");

    assertThat(reader.listener("k", "127.0.0.1:9090")).contains(new HostPort("127.0.0.1", 9090));
    assertThat(reader.problems())
        .containsExactly("k (command line): must be host:port, or off: '9090'");
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:0, localhost, 0",
    "10.0.0.1:65535, 10.0.0.1, 65535",
    "gpu-01.example.org:9090, gpu-01.example.org, 9090",
    "[::]:9090, ::, 9090",
    "[::1]:9090, ::1, 9090",
    "[fe80::1%eth0.7]:1, fe80::1%eth0.7, 1",
    "[::ffff:10.0.0.1]:1, ::ffff:10.0.0.1, 1"
  })
  void hostPort_validText_isParsedAndPrintedUnchanged(String text, String host, int port) {
    assertThat(HostPort.parse(text)).contains(new HostPort(host, port));
    assertThat(new HostPort(host, port)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ":",
        ":80",
        "a",
        "a:",
        "a:65536",
        "a:99999",
        "a:-1",
        "a:+1",
        "a:http",
        "a: 80",
        "a b:80",
        "::1:80",
        "[::1]",
        "[::1]80",
        "[]:80",
        "[a]:80",
        "[1234]:80",
        "[::1%]:80",
        "http://a:80"
      })
  void hostPort_anythingElse_isEmpty(String text) {
    assertThat(HostPort.parse(text)).isEmpty();
  }

  @Test
  void hostPort_invalidPort_isRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HostPort("a", 65_536))
        .withMessage("port=65536: expected 0 to 65535");
  }

  @Test
  void addresses_severalWithBlanks_areAccepted() {
    assertThat(reader(" a:1 , [::1]:2,, ").addresses("k"))
        .containsExactly(new HostPort("a", 1), new HostPort("::1", 2));
  }

  @Test
  void addresses_oneInvalid_isAProblemThatShowsAll() {
    var reader = reader("a:1,b");

    assertThat(reader.addresses("k")).isEmpty();
    assertThat(reader.problems())
        .containsExactly("k (command line): must be host:port[,host:port...]: 'a:1,b'");
  }

  @Test
  void list_blanksAndEmptyEntries_areDropped() {
    assertThat(reader(" https://a.example , ,b,").list("k"))
        .isEqualTo(List.of("https://a.example", "b"));
  }

  @Test
  void path_set_isThePath() {
    assertThat(reader("/var/lib/muster").path("k", Path.of("data")))
        .isEqualTo(Path.of("/var/lib/muster"));
  }

  @Test
  void problems_several_areListedTogether() {
    var reader =
        new ConfigReader(
            new SettingSources(
                Map.of("a.count", "x"),
                Map.of("MUSTER_A_FLAG", "maybe"),
                Map.of("a", Map.of("wait", "soon", "typo", "1")),
                "muster.yaml"));

    reader.integer("a.count", 1, 0, 9);
    reader.flag("a.flag", false);
    reader.duration("a.wait", SECOND, SECOND, WEEK);
    reader.addProblem("a.flag", "does not fit a.count");
    reader.addProblem("a.absent", "is needed");

    assertThat(reader.problems())
        .containsExactly(
            "a.count (command line): must be a whole number from 0 to 9: 'x'",
            "a.flag (MUSTER_A_FLAG): must be true or false: 'maybe'",
            "a.wait (muster.yaml): must be a duration from 1s to 7d, such as 500ms, 3s, 5m or 1h:"
                + " 'soon'",
            "a.flag (MUSTER_A_FLAG): does not fit a.count",
            "a.absent: is needed",
            "a.typo (muster.yaml): unknown key");
  }

  private static ConfigReader reader(String value) {
    return new ConfigReader(SettingSources.of(Map.of("k", value)));
  }

  private enum AccessMode {
    NONE,
    READ_ONLY,
    FULL
  }
}
