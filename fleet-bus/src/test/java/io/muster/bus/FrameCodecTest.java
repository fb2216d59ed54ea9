package io.muster.bus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameHead;
import io.muster.schema.frame.Headline;
import io.muster.schema.frame.SampleFrames;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;
import io.vertx.core.buffer.Buffer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
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
  private static final byte[] LONGEST = {0x7F, -1, -1, -1};
  private static final byte[] NEGATIVE = {-1, -1, -1, -1};

  private final FrameCodec codec = new FrameCodec();

  @Test
  void decode_fullFrameAtAPosition_isWhatWasEncoded() {
    var frame = SampleFrames.full("gpu-01.ägäis", 7);
    var wire = Buffer.buffer("before");

    codec.encodeToWire(wire, frame);

    assertSame(codec.decodeFromWire("before".length(), wire), frame);
    assertThat(codec.decodeFromWire("before".length(), wire).readings())
        .isEqualTo(frame.readings());
  }

  @Test
  void decode_frameOfNothing_isWhatWasEncoded() {
    var frame = new EncodedFrame(silentHead(true), Map.of(), List.of(TIMEOUT));

    var decoded = codec.decodeFromWire(0, encode(frame));

    assertSame(decoded, frame);
    assertThat(decoded.head().headline().gpuPowerWatts()).isEmpty();
    assertThat(decoded.head().simulated()).isTrue();
  }

  @Test
  void decode_infiniteHeadline_isNotReported() {
    var infinite = OptionalDouble.of(Double.POSITIVE_INFINITY);
    var headline = new Headline(1, infinite, infinite, infinite, infinite);
    var real = silentHead(false);
    var head = new FrameHead("a", "", 1, 1, real.at(), real.interval(), real.simulated(), headline);

    var decoded = codec.decodeFromWire(0, encode(new EncodedFrame(head, Map.of(), List.of())));

    assertThat(decoded.head().headline().gpuPowerWatts()).isEmpty();
  }

  @Test
  void decode_whatANewerCollectorAdds_isSkipped() {
    var wire = Buffer.buffer();
    codec.encodeToWire(wire, new EncodedFrame(silentHead(false), Map.of(), List.of()));
    wire.setByte(wire.length() - 1, (byte) 2); // the number of sections
    wire.setByte(1, (byte) 0xF0); // flags without a meaning yet
    block(block(wire, "quantum"), "{}");
    block(block(wire, "gpu"), "[]");
    wire.appendString("more");

    var decoded = codec.decodeFromWire(0, wire);

    assertThat(decoded.sections()).containsOnlyKeys(Section.GPU);
    assertThat(decoded.head().simulated()).isFalse();
  }

  @Test
  void decode_anErrorKindOfANewerCollector_isAnError() {
    var errors = "[{\"kind\":\"haunted\",\"message\":\"m\",\"section\":\"gpu\"}]";

    var decoded = codec.decodeFromWire(0, frameWith("host", errors, "[]"));

    assertThat(decoded.errors())
        .containsExactly(new SectionError(Section.GPU, SectionError.Kind.ERROR, "m"));
  }

  @Test
  void decode_otherVersion_isRefused() {
    var wire = encode(SampleFrames.full("a", 1)).setByte(0, (byte) 2);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> codec.decodeFromWire(0, wire))
        .withMessageContaining("version");
  }

  @Test
  void decode_cutShortAnywhere_isRefused() {
    var wire = encode(SampleFrames.full("a", 1));

    for (int length = 0; length < wire.length(); length++) {
      var cut = wire.getBuffer(0, length);
      assertThatThrownBy(() -> codec.decodeFromWire(0, cut))
          .as("%d of %d bytes", length, wire.length())
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void decode_lengthsThatLie_areRefusedBeforeAnythingIsAllocated() {
    var wire = encode(SampleFrames.full("a", 1));
    decodeOrRefuse(wire); // so that class loading is not measured

    for (int position = 0; position <= wire.length() - 4; position++) {
      for (var length : List.of(LONGEST, NEGATIVE)) {
        var lying = wire.copy().setBytes(position, length);
        var before = allocatedBytes();
        decodeOrRefuse(lying);
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
  void decode_errorsThatAreNone_areRefused(String errors) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> codec.decodeFromWire(0, frameWith("host", errors, "[]")));
  }

  @Test
  void decode_errorsNestedWithoutEnd_areRefused() {
    var errors = "[".repeat(100_000);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> codec.decodeFromWire(0, frameWith("host", errors, "[]")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[", "{}", "[] ", "null"})
  void decode_sectionThatIsNoArray_isRefused(String section) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> codec.decodeFromWire(0, frameWith("host", "[]", section)))
        .withMessageContaining("gpus");
  }

  @Test
  void decode_headThatCannotBe_isRefused() {
    var wire = frameWith("host", "[]", "[]");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> codec.decodeFromWire(0, frameWith(" ", "[]", "[]")));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> codec.decodeFromWire(0, wire.copy().setLong(10, 0)))
        .withMessageContaining("sequence=0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> codec.decodeFromWire(0, wire.copy().setInt(26, -3000)))
        .withMessageContaining("interval");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> codec.decodeFromWire(0, wire.copy().setInt(30, -1)))
        .withMessageContaining("gpu count=-1");
  }

  @Test
  void decode_mutatedFrames_giveAFrameOrARefusal() {
    var random = new Random(20_261_120);
    var sound =
        List.of(
            encode(SampleFrames.full("a", 1)),
            encode(new EncodedFrame(silentHead(false), Map.of(), List.of(TIMEOUT))));
    var refused = 0;

    for (int round = 0; round < 20_000; round++) {
      var bytes = mutated(sound.get(round % 2).getBytes(), random);
      refused += decodeOrRefuse(Buffer.buffer(bytes)) ? 0 : 1;
    }

    assertThat(refused).isBetween(1_000, 19_999);
  }

  @Test
  void decode_noise_givesAFrameOrARefusal() {
    var random = new Random(7);

    for (int round = 0; round < 5_000; round++) {
      var noise = new byte[random.nextInt(300)];
      random.nextBytes(noise);
      decodeOrRefuse(Buffer.buffer(noise));
    }
  }

  /** Whether it is a frame; anything thrown but IllegalArgumentException fails the test. */
  private boolean decodeOrRefuse(Buffer wire) {
    try {
      codec.decodeFromWire(0, wire).readings();
      return true;
    } catch (IllegalArgumentException refused) {
      return false;
    }
  }

  private static byte[] mutated(byte[] bytes, Random random) {
    var mutant = bytes.clone();
    for (int left = 1 + random.nextInt(6); left > 0; left--) {
      // The envelope is small beside the sections: half of the hits go there.
      var bound = random.nextBoolean() ? mutant.length : Math.min(mutant.length, 160);
      mutant[random.nextInt(bound)] = (byte) random.nextInt(256);
    }
    return random.nextInt(4) == 0
        ? Arrays.copyOf(mutant, random.nextInt(2 * mutant.length))
        : mutant;
  }

  private Buffer encode(EncodedFrame frame) {
    var wire = Buffer.buffer();
    codec.encodeToWire(wire, frame);
    return wire;
  }

  /** A frame by hand, as the table in the codec's Javadoc has it. */
  private static Buffer frameWith(String host, String errors, String gpus) {
    var wire = Buffer.buffer().appendByte((byte) 1).appendByte((byte) 0);
    wire.appendLong(1_786_185_000_000L).appendLong(1).appendLong(1_786_185_003_000L);
    wire.appendInt(3000).appendInt(8);
    wire.appendDouble(87).appendDouble(412).appendDouble(Double.NaN).appendDouble(7.5);
    block(block(block(wire, host), "6e1131b4b9cc454aa6ce3294ab860b2d"), errors);
    return block(block(wire.appendByte((byte) 1), "gpu"), gpus);
  }

  private static Buffer block(Buffer wire, String text) {
    var bytes = text.getBytes(UTF_8);
    return wire.appendInt(bytes.length).appendBytes(bytes);
  }

  private static FrameHead silentHead(boolean simulated) {
    var nothing =
        new Headline(
            0,
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalDouble.empty());
    return new FrameHead(
        "a",
        "6e1131b4b9cc454aa6ce3294ab860b2d",
        1,
        1,
        Instant.EPOCH,
        Duration.ofMillis(1),
        simulated,
        nothing);
  }

  private static void assertSame(EncodedFrame decoded, EncodedFrame frame) {
    assertThat(decoded.head()).isEqualTo(frame.head());
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
