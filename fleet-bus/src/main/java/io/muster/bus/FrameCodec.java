package io.muster.bus;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.type.TypeReference;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameHeader;
import io.muster.schema.frame.FrameSummary;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;
import io.muster.schema.json.WireJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The encoding of a frame as bytes: a small binary envelope around sections that are already JSON.
 * Within one JVM the frame itself is delivered, unencoded. Decoding validates what another node has
 * sent, and throws {@link FrameRejectedException} and no other exception. Safe for use by any
 * thread.
 *
 * <pre>
 * u8 version (1) | u8 flags (bit 0 = simulated) | i64 boot id | i64 sequence | i64 instant, ms | i32 interval, ms
 * i32 gpu count | 4 x f64 summary (not finite = not reported)
 * text host | text client id | block errors (JSON array)
 * u8 number of sections | for each: text name, block JSON array          text, block = i32 length + bytes
 * </pre>
 */
final class FrameCodec implements MessageCodec<EncodedFrame, EncodedFrame> {
  private static final byte VERSION = 1;
  private static final byte SIMULATED_FLAG = 1;
  private static final int MAX_TEXT_BYTES = 1024;
  private static final TypeReference<List<SectionError>> ERROR_LIST = new TypeReference<>() {};
  private static final Map<String, Section> SECTIONS_BY_NAME =
      Arrays.stream(Section.values())
          .collect(Collectors.toMap(Section::singularName, Function.identity()));

  private final FrameValidator validator;

  FrameCodec(InstantSource wallClock) {
    this.validator = new FrameValidator(wallClock);
  }

  @Override
  public void encodeToWire(Buffer wire, EncodedFrame frame) {
    var header = frame.header();
    wire.appendByte(VERSION).appendByte(header.isSimulated() ? SIMULATED_FLAG : 0);
    wire.appendLong(header.bootId())
        .appendLong(header.sequence())
        .appendLong(header.sampledAt().toEpochMilli());
    wire.appendInt((int) header.interval().toMillis());
    writeSummary(wire, header.summary());
    writeBlock(wire, header.hostId().getBytes(UTF_8));
    writeBlock(wire, header.clientId().getBytes(UTF_8));
    writeBlock(wire, WireJson.bytes(frame.errors()));
    wire.appendByte((byte) frame.sections().size());
    frame
        .sections()
        .forEach(
            (section, json) -> {
              writeBlock(wire, section.singularName().getBytes(UTF_8));
              writeBlock(wire, json);
            });
  }

  @Override
  public EncodedFrame decodeFromWire(int position, Buffer wire) {
    var frame = readFrame(new BufferReader(wire, position));
    validator.validate(frame);
    return frame;
  }

  @Override
  public EncodedFrame transform(EncodedFrame frame) {
    return frame;
  }

  @Override
  public String name() {
    return "muster.frame.v" + VERSION;
  }

  @Override
  public byte systemCodecID() {
    return -1;
  }

  private static EncodedFrame readFrame(BufferReader reader) {
    var hostId = "";
    try {
      require(reader.readUnsignedByte() == VERSION, "version is not " + VERSION);
      var header = readHeader(reader);
      hostId = header.hostId();
      var errors = WireJson.read(reader.readBlock(FrameValidator.MAX_SECTION_BYTES), ERROR_LIST);
      return new EncodedFrame(
          header, readSections(reader), errors.stream().map(SectionError::withSafeTexts).toList());
    } catch (IllegalArgumentException e) {
      throw new FrameRejectedException(
          FrameRejection.MALFORMED, hostId, String.valueOf(e.getMessage()));
    }
  }

  private static FrameHeader readHeader(BufferReader reader) {
    var simulated = (reader.readUnsignedByte() & SIMULATED_FLAG) != 0;
    var bootId = reader.readLong();
    var sequence = reader.readLong();
    var sampledAt = Instant.ofEpochMilli(reader.readLong());
    var interval = Duration.ofMillis(reader.readInt());
    var summary =
        new FrameSummary(
            reader.readInt(),
            reader.readDouble(),
            reader.readDouble(),
            reader.readDouble(),
            reader.readDouble());
    var hostId = reader.readText();
    var clientId = reader.readText();
    return new FrameHeader(
        hostId, clientId, bootId, sequence, sampledAt, interval, simulated, summary);
  }

  /**
   * Reads the sections. Unknown sections, and bytes after the last one, are skipped, because a
   * newer collector may send more.
   */
  private static Map<Section, byte[]> readSections(BufferReader reader) {
    var sections = new EnumMap<Section, byte[]>(Section.class);
    for (var remaining = reader.readUnsignedByte(); remaining > 0; remaining--) {
      var section = SECTIONS_BY_NAME.get(reader.readText());
      var json = reader.readBlock(Integer.MAX_VALUE);
      if (section != null) {
        require(!sections.containsKey(section), section.key() + " are there twice");
        sections.put(section, json);
      }
    }
    return sections;
  }

  private static void require(boolean valid, String problem) {
    if (!valid) {
      throw new IllegalArgumentException(problem);
    }
  }

  private static void writeSummary(Buffer wire, FrameSummary summary) {
    wire.appendInt(summary.gpuCount());
    wire.appendDouble(summary.gpuUtilizationPercent().orElse(Double.NaN));
    wire.appendDouble(summary.gpuPowerWatts().orElse(Double.NaN));
    wire.appendDouble(summary.cpuUtilizationPercent().orElse(Double.NaN));
    wire.appendDouble(summary.memoryUtilizationPercent().orElse(Double.NaN));
  }

  private static void writeBlock(Buffer wire, byte[] bytes) {
    wire.appendInt(bytes.length).appendBytes(bytes);
  }

  /**
   * Reads a buffer from a position; a length that does not fit the buffer is rejected before any
   * allocation. Used by the decoding thread only.
   */
  private static final class BufferReader {
    private final Buffer wire;
    private int position;

    BufferReader(Buffer wire, int position) {
      this.wire = wire;
      this.position = position;
    }

    int readUnsignedByte() {
      return wire.getByte(advance(1)) & 0xFF;
    }

    int readInt() {
      return wire.getInt(advance(4));
    }

    long readLong() {
      return wire.getLong(advance(8));
    }

    OptionalDouble readDouble() {
      var value = wire.getDouble(advance(8));
      return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
    }

    String readText() {
      return new String(readBlock(MAX_TEXT_BYTES), UTF_8);
    }

    byte[] readBlock(int maxBytes) {
      var length = readInt();
      require(length <= maxBytes, "bytes=" + length + ": expected at most " + maxBytes);
      var start = advance(length);
      return wire.getBytes(start, start + length);
    }

    private int advance(int length) {
      var start = position;
      if (length < 0 || length > wire.length() - start) {
        throw new IllegalArgumentException("truncated at byte " + start + " of " + wire.length());
      }
      position = start + length;
      return start;
    }
  }
}
