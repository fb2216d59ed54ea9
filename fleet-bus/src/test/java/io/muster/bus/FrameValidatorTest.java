package io.muster.bus;

import static io.muster.bus.FrameRejection.HOST;
import static io.muster.bus.FrameRejection.SECTION;
import static io.muster.bus.FrameRejection.TIME;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameHeader;
import io.muster.schema.frame.FrameSummary;
import io.muster.schema.frame.FrameTestData;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;
import io.muster.schema.json.WireJson;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameValidatorTest {
  private static final Instant NOW = Instant.parse("2026-08-08T12:35:00Z");
  private static final long NOW_MILLIS = NOW.toEpochMilli();
  private static final Duration YEAR = Duration.ofDays(365);
  private static final FrameHeader HEADER = FrameTestData.header("gpu-01", 1);
  private static final String CLIENT = HEADER.clientId();

  private final FrameValidator validator = new FrameValidator(InstantSource.fixed(NOW));

  @Test
  void validate_framesOfACollector_areAccepted() {
    assertAccepted(HEADER);
    assertAccepted(header("gpu-01.\u00e4g\u00e4is \uD83D\uDE80", CLIENT, 1));
    assertAccepted(header("x".repeat(64), CLIENT, Long.MAX_VALUE));
  }

  @Test
  void validate_clockThatIsBehindOrSomeHoursAhead_isAccepted() {
    assertAccepted(at(Instant.EPOCH, 0, Duration.ofMillis(1)));
    assertAccepted(
        at(NOW.plus(Duration.ofHours(14)), NOW_MILLIS + 50_000_000, Duration.ofHours(1)));
  }

  static Stream<Arguments> brokenHeaders() {
    var minute = Duration.ofMinutes(1);
    return Stream.of(
        Arguments.of(HOST, header("", CLIENT, 1)),
        Arguments.of(HOST, header(" ", CLIENT, 1)),
        Arguments.of(HOST, header("x".repeat(65), CLIENT, 1)),
        Arguments.of(HOST, header("x".repeat(10_240), CLIENT, 1)),
        Arguments.of(HOST, header("\u00e4".repeat(33), CLIENT, 1)),
        Arguments.of(HOST, header("a\nb", CLIENT, 1)),
        Arguments.of(HOST, header("a\u001b[2Jb", CLIENT, 1)),
        Arguments.of(HOST, header("a\u2028b", CLIENT, 1)),
        Arguments.of(HOST, header("a\u200bb", CLIENT, 1)),
        Arguments.of(HOST, header("a\u200db", CLIENT, 1)),
        Arguments.of(HOST, header("a\u202eb", CLIENT, 1)),
        Arguments.of(HOST, header("a\uFFFDb", CLIENT, 1)),
        Arguments.of(HOST, header("a", "", 1)),
        Arguments.of(HOST, header("a", CLIENT + "\n", 1)),
        Arguments.of(HOST, header("a", "x".repeat(32), 1)),
        Arguments.of(TIME, header("a", CLIENT, 0)),
        Arguments.of(TIME, header("a", CLIENT, -1)),
        Arguments.of(TIME, at(NOW.plus(YEAR), 1, minute)),
        Arguments.of(TIME, at(Instant.EPOCH.minusMillis(1), 1, minute)),
        Arguments.of(TIME, at(Instant.ofEpochMilli(Long.MAX_VALUE), 1, minute)),
        Arguments.of(TIME, at(Instant.ofEpochMilli(Long.MIN_VALUE), 1, minute)),
        Arguments.of(TIME, at(NOW, -1, minute)),
        Arguments.of(TIME, at(NOW, Long.MAX_VALUE, minute)),
        Arguments.of(TIME, at(NOW, NOW_MILLIS + YEAR.toMillis(), minute)),
        Arguments.of(TIME, at(NOW, 1, Duration.ZERO)),
        Arguments.of(TIME, at(NOW, 1, minute.negated())),
        Arguments.of(TIME, at(NOW, 1, Duration.ofMillis(3_600_001))),
        Arguments.of(SECTION, withGpuCount(-1)),
        Arguments.of(SECTION, withGpuCount(100_000)));
  }

  @ParameterizedTest
  @MethodSource("brokenHeaders")
  void validate_brokenHeader_isRejected(FrameRejection reason, FrameHeader header) {
    var sections = new EnumMap<Section, byte[]>(Section.class);

    assertThat(rejection(new EncodedFrame(header, sections, List.of())).reason()).isEqualTo(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[",
        "null",
        "{}",
        "[{}]",
        "[null]",
        "[1]",
        "[\"text\"]",
        "[[]]",
        "[]]",
        "[],[]",
        "[}{]",
        "[]{}[]",
        "[] ",
        " []",
        "[\n\n]",
        "\uFEFF[]",
        "[NaN]",
        "[/**/]"
      })
  void validate_sectionThatIsNoArrayOfItsType_isRejected(String json) {
    for (var section : Section.values()) {
      assertThat(rejection(withSection(section, json)).reason())
          .as("%s", section)
          .isEqualTo(SECTION);
    }
  }

  @Test
  void validate_deepOrHugeSection_isRejected() {
    var deep = "[".repeat(100_000) + "]".repeat(100_000);
    var disk = "{\"mount_point\":\"" + "x".repeat(10_000) + "\"},";
    var huge = "[" + disk.repeat(1_500) + "{}]"; // 15 MB

    for (var section : Section.values()) {
      assertThat(rejection(withSection(section, deep)).reason()).isEqualTo(SECTION);
      assertThat(rejection(withSection(section, huge)).reason()).isEqualTo(SECTION);
    }
  }

  @Test
  void validate_thousandsOfGpus_areRejected() {
    var gpu = new String(WireJson.bytes(FrameTestData.gpu("gpu-01")), UTF_8);

    assertAccepted(withSection(Section.GPU, arrayOf(gpu, 256)));
    assertThat(rejection(withSection(Section.GPU, arrayOf(gpu, 257)))).hasMessageContaining("gpus");
    assertThat(rejection(withSection(Section.GPU, arrayOf(gpu, 100_000))).reason())
        .isEqualTo(SECTION);
  }

  @Test
  void validate_entryOfAnotherHost_isRejected() {
    var frame = FrameTestData.fullFrame("other", 1);
    for (var section : Section.values()) {
      if (section != Section.PROCESS) {
        var json = new String(frame.section(section).orElseThrow(), UTF_8);

        assertThat(rejection(withSection(section, json)))
            .as("%s", section)
            .hasMessageContaining("another host");
      }
    }
  }

  @Test
  void validate_thousandsOfErrors_areRejected() {
    var error = new SectionError(Section.GPU, SectionError.Kind.ERROR, "m");
    var errors = Collections.nCopies(1_001, error);

    assertThat(rejection(new EncodedFrame(HEADER, new EnumMap<>(Section.class), errors)).reason())
        .isEqualTo(SECTION);
  }

  private void assertAccepted(FrameHeader header) {
    assertAccepted(new EncodedFrame(header, new EnumMap<>(Section.class), List.of()));
  }

  private void assertAccepted(EncodedFrame frame) {
    assertThatCode(() -> validator.validate(frame)).doesNotThrowAnyException();
  }

  private FrameRejectedException rejection(EncodedFrame frame) {
    var rejection =
        catchThrowableOfType(FrameRejectedException.class, () -> validator.validate(frame));
    assertThat(rejection).as("rejection").isNotNull();
    return rejection;
  }

  private static EncodedFrame withSection(Section section, String json) {
    var sections = new EnumMap<Section, byte[]>(Section.class);
    sections.put(section, json.getBytes(UTF_8));
    return new EncodedFrame(HEADER, sections, List.of());
  }

  private static String arrayOf(String entry, int count) {
    return "[" + (entry + ",").repeat(count - 1) + entry + "]";
  }

  private static FrameHeader header(String host, String clientId, long sequence) {
    return new FrameHeader(
        host,
        clientId,
        HEADER.bootId(),
        sequence,
        HEADER.sampledAt(),
        HEADER.interval(),
        false,
        HEADER.summary());
  }

  private static FrameHeader at(Instant sampledAt, long bootId, Duration interval) {
    return new FrameHeader(
        HEADER.hostId(), CLIENT, bootId, 1, sampledAt, interval, false, HEADER.summary());
  }

  private static FrameHeader withGpuCount(int count) {
    var summary = HEADER.summary();
    return new FrameHeader(
        HEADER.hostId(),
        CLIENT,
        HEADER.bootId(),
        1,
        HEADER.sampledAt(),
        HEADER.interval(),
        false,
        new FrameSummary(
            count,
            summary.gpuUtilizationPercent(),
            summary.gpuPowerWatts(),
            summary.cpuUtilizationPercent(),
            summary.memoryUtilizationPercent()));
  }
}
