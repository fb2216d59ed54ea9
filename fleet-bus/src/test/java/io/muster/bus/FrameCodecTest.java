package io.muster.bus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameHeader;
import io.muster.schema.frame.FrameSummary;
import io.muster.schema.frame.FrameTestData;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;
import io.vertx.core.buffer.Buffer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameCodecTest {
  private static final SectionError TIMEOUT =
      new SectionError(Section.GPU, SectionError.Kind.TIMEOUT, "nvml: timeout: no answer");
  private static final InstantSource NOW =
      InstantSource.fixed(Instant.parse("2026-08-08T12:35:00Z"));
  private static final byte[] LONGEST_LENGTH = {0x7F, -1, -1, -1};
  private static final byte[] NEGATIVE_LENGTH = {-1, -1, -1, -1};

  private final FrameCodec codec = new FrameCodec(NOW);

  @Test
  void decode_fullFrameAtAPosition_equalsTheEncodedFrame() {
    var frame = FrameTestData.fullFrame("gpu-01.ägäis", 7);
    var wire = Buffer.buffer("before");

    codec.encodeToWire(wire, frame);

    assertEqualFrames(codec.decodeFromWire("before".length(), wire), frame);
    assertThat(codec.decodeFromWire("before".length(), wire).readings())
        .isEqualTo(frame.readings());
  }

  @Test
  void decode_emptyFrame_equalsTheEncodedFrame() {
    var frame = new EncodedFrame(headerWithoutReadings(true), Map.of(), List.of(TIMEOUT));

    var decoded = codec.decodeFromWire(0, encode(frame));

    assertEqualFrames(decoded, frame);
    assertThat(decoded.header().summary().gpuPowerWatts()).isEmpty();
    assertThat(decoded.header().isSimulated()).isTrue();
  }

  @Test
  void decode_infiniteSummary_isNotReported() {
    var infinite = OptionalDouble.of(Double.POSITIVE_INFINITY);
    var summary = new FrameSummary(1, infinite, infinite, infinite, infinite);
    var template = headerWithoutReadings(false);
    var header =
        new FrameHeader(
            "a",
            template.clientId(),
            1,
            1,
            template.sampledAt(),
            template.interval(),
            template.isSimulated(),
            summary);

    var decoded = codec.decodeFromWire(0, encode(new EncodedFrame(header, Map.of(), List.of())));

    assertThat(decoded.header().summary().gpuPowerWatts()).isEmpty();
  }

  @Test
  void decode_unknownSectionsAndFlags_areSkipped() {
    var wire = Buffer.buffer();
    codec.encodeToWire(wire, new EncodedFrame(headerWithoutReadings(false), Map.of(), List.of()));
    wire.setByte(wire.length() - 1, (byte) 2); // number of sections
    wire.setByte(1, (byte) 0xF0); // undefined flags
    appendBlock(appendBlock(wire, "quantum"), "{}");
    appendBlock(appendBlock(wire, "gpu"), "[]");
    wire.appendString("more");

    var decoded = codec.decodeFromWire(0, wire);

    assertThat(decoded.sections()).containsOnlyKeys(Section.GPU);
    assertThat(decoded.header().isSimulated()).isFalse();
  }

  @Test
  void decode_unknownErrorKind_isAnError() {
    var errors = "[{\"kind\":\"overheated\",\"message\":\"m\",\"section\":\"gpu\"}]";

    var decoded = codec.decodeFromWire(0, encodedFrame("host", errors, "[]"));

    assertThat(decoded.errors())
        .containsExactly(new SectionError(Section.GPU, SectionError.Kind.ERROR, "m"));
  }

  @Test
  void decode_otherVersion_isRejected() {
    var wire = encode(FrameTestData.fullFrame("a", 1)).setByte(0, (byte) 2);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> codec.decodeFromWire(0, wire))
        .withMessageContaining("version");
  }

  @Test
  void decode_truncatedAnywhere_isRejected() {
    var wire = encode(FrameTestData.fullFrame("a", 1));

    for (int length = 0; length < wire.length(); length++) {
      var truncated = wire.getBuffer(0, length);
      assertThatThrownBy(() -> codec.decodeFromWire(0, truncated))
          .as("%d of %d bytes", length, wire.length())
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void decode_invalidLengths_areRejectedBeforeAnyAllocation() {
    var wire = encode(FrameTestData.fullFrame("a", 1));
    tryDecode(wire); // loads the classes, so that this is not measured

    for (int position = 0; position <= wire.length() - 4; position++) {
      for (var length : List.of(LONGEST_LENGTH, NEGATIVE_LENGTH)) {
        var corrupt = wire.copy().setBytes(position, length);
        var before = allocatedBytes();
        tryDecode(corrupt);
        assertThat(allocatedBytes() - before).as("at %d", position).isLessThan(4 << 20);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[null]",
        "[{}]",
        "[{\"kind\":\"error\",\"message\":null,\"section\":\"gpu\"}]",
        "{}",
        "[",
        "[1]",
        "\u0000\u0000[\u0000",
        "\u0000\u0000\u0000[\u0000\u0000\uFFFF"
      })
  void decode_malformedErrors_areRejected(String errors) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> codec.decodeFromWire(0, encodedFrame("host", errors, "[]")));
  }

  @Test
  void decode_deeplyNestedErrors_areRejected() {
    var errors = "[".repeat(100_000);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> codec.decodeFromWire(0, encodedFrame("host", errors, "[]")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[", "{}", "[] ", "null"})
  void decode_sectionIsNotAnArray_isRejected(String section) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> codec.decodeFromWire(0, encodedFrame("host", "[]", section)))
        .withMessageContaining("gpus");
  }

  @Test
  void decode_sectionTwice_isRejected() {
    var wire = encodedFrame("host", "[]", "[]");
    wire.setByte(wire.length() - 14, (byte) 2); // number of sections
    appendBlock(appendBlock(wire, "gpu"), "[]");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> codec.decodeFromWire(0, wire))
        .withMessageContaining("gpus are there twice");
  }

  @Test
  void decode_errorWithControlsAndOfAnyLength_isEscapedAndTruncated() {
    var message = "\\u001b[2J" + "x".repeat(100_000);
    var errors = "[{\"kind\":\"error\",\"message\":\"" + message + "\",\"section\":\"gpu\"}]";

    var error = codec.decodeFromWire(0, encodedFrame("host", errors, "[]")).errors().get(0);

    assertThat(error.message()).startsWith("\\u001b[2Jxxx").hasSizeLessThan(1100);
  }

  @Test
  void decode_invalidHeader_isRejectedWithItsHost() {
    var wire = encodedFrame("host", "[]", "[]").setLong(10, 0);

    assertThatThrownBy(() -> codec.decodeFromWire(0, wire))
        .isInstanceOf(FrameRejectedException.class)
        .hasMessageContaining("sequence=0")
        .hasFieldOrPropertyWithValue("host", "host")
        .hasFieldOrPropertyWithValue("reason", FrameRejection.TIME);
  }

  @Test
  void decode_mutatedFrames_returnAFrameOrAreRejected() {
    var random = new Random(20_261_120);
    var validFrames =
        List.of(
            encode(FrameTestData.fullFrame("a", 1)),
            encode(new EncodedFrame(headerWithoutReadings(false), Map.of(), List.of(TIMEOUT))));
    var rejected = 0;

    for (int round = 0; round < 20_000; round++) {
      var bytes = mutate(validFrames.get(round % 2).getBytes(), random);
      rejected += tryDecode(Buffer.buffer(bytes)) ? 0 : 1;
    }

    assertThat(rejected).isBetween(1_000, 19_999);
  }

  @Test
  void decode_randomBytes_returnAFrameOrAreRejected() {
    var random = new Random(7);

    for (int round = 0; round < 5_000; round++) {
      var randomBytes = new byte[random.nextInt(300)];
      random.nextBytes(randomBytes);
      tryDecode(Buffer.buffer(randomBytes));
    }
  }

  /**
   * Returns true if the bytes are a frame; any exception other than FrameRejectedException fails
   * the test.
   */
  private boolean tryDecode(Buffer wire) {
    try {
      codec.decodeFromWire(0, wire);
      return true;
    } catch (FrameRejectedException rejected) {
      return false;
    }
  }

  private static byte[] mutate(byte[] bytes, Random random) {
    var mutated = bytes.clone();
    for (int remaining = 1 + random.nextInt(6); remaining > 0; remaining--) {
      // The envelope is small compared to the sections: half of the changes are made there.
      var bound = random.nextBoolean() ? mutated.length : Math.min(mutated.length, 160);
      mutated[random.nextInt(bound)] = (byte) random.nextInt(256);
    }
    return random.nextInt(4) == 0
        ? Arrays.copyOf(mutated, random.nextInt(2 * mutated.length))
        : mutated;
  }

  private Buffer encode(EncodedFrame frame) {
    var wire = Buffer.buffer();
    codec.encodeToWire(wire, frame);
    return wire;
  }

  /** Returns a frame encoded by hand, in the layout of the codec's Javadoc. */
  private static Buffer encodedFrame(String host, String errors, String gpus) {
    var wire = Buffer.buffer().appendByte((byte) 1).appendByte((byte) 0);
    wire.appendLong(1_786_185_000_000L).appendLong(1).appendLong(1_786_185_003_000L);
    wire.appendInt(3000).appendInt(8);
    wire.appendDouble(87).appendDouble(412).appendDouble(Double.NaN).appendDouble(7.5);
    appendBlock(appendBlock(appendBlock(wire, host), "6e1131b4b9cc454aa6ce3294ab860b2d"), errors);
    return appendBlock(appendBlock(wire.appendByte((byte) 1), "gpu"), gpus);
  }

  private static Buffer appendBlock(Buffer wire, String text) {
    var bytes = text.getBytes(UTF_8);
    return wire.appendInt(bytes.length).appendBytes(bytes);
  }

  private static FrameHeader headerWithoutReadings(boolean simulated) {
    var emptySummary =
        new FrameSummary(
            0,
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty());
    return new FrameHeader(
        "a",
        "6e1131b4b9cc454aa6ce3294ab860b2d",
        1,
        1,
        Instant.EPOCH,
        Duration.ofMillis(1),
        simulated,
        emptySummary);
  }

  private static void assertEqualFrames(EncodedFrame decoded, EncodedFrame frame) {
    assertThat(decoded.header()).isEqualTo(frame.header());
    assertThat(decoded.errors()).isEqualTo(frame.errors());
    assertThat(decoded.sections()).containsOnlyKeys(frame.sections().keySet());
    frame
        .sections()
        .forEach((section, json) -> assertThat(decoded.sections().get(section)).isEqualTo(json));
  }

  private static long allocatedBytes() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    return threads.getCurrentThreadAllocatedBytes();
  }
}
