package io.muster.bus;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.type.TypeReference;
import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameHead;
import io.muster.schema.frame.Headline;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;
import io.muster.schema.json.WireJson;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A frame as bytes: a small binary envelope around sections that are JSON already. Inside one JVM
 * the frame itself is handed on, unencoded. Any thread may use it.
 *
 * <pre>
 * u8 version (1) | u8 flags (bit 0 = simulated) | i64 boot id | i64 sequence | i64 instant, ms | i32 interval, ms
 * i32 gpu count | 4 x f64 headline (not finite = not reported)
 * text host | text client id | block errors (JSON array)
 * u8 number of sections | for each: text name, block JSON array          text, block = i32 length + bytes
 * </pre>
 */
final class FrameCodec implements MessageCodec<EncodedFrame, EncodedFrame> {
  private static final byte VERSION = 1;
  private static final byte SIMULATED = 1;
  private static final Map<String, Section> SECTIONS =
      Arrays.stream(Section.values())
          .collect(Collectors.toMap(Section::singular, Function.identity()));

  @Override
  public void encodeToWire(Buffer wire, EncodedFrame frame) {
    var head = frame.head();
    wire.appendByte(VERSION).appendByte(head.simulated() ? SIMULATED : 0);
    wire.appendLong(head.bootId()).appendLong(head.sequence()).appendLong(head.at().toEpochMilli());
    wire.appendInt((int) head.interval().toMillis());
    encode(wire, head.headline());
    block(wire, head.hostId().getBytes(UTF_8));
    block(wire, head.clientId().getBytes(UTF_8));
    block(wire, WireJson.bytes(frame.errors()));
    wire.appendByte((byte) frame.sections().size());
    frame
        .sections()
        .forEach(
            (section, json) -> {
              block(wire, section.singular().getBytes(UTF_8));
              block(wire, json);
            });
  }

  @Override
  public EncodedFrame decodeFromWire(int position, Buffer wire) {
    var in = new Cursor(wire, position);
    require(in.u8() == VERSION, "version is not " + VERSION);
    var head = head(in);
    var errors = WireJson.read(in.block(), new TypeReference<List<SectionError>>() {});
    return new EncodedFrame(head, sections(in), errors);
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

  private static FrameHead head(Cursor in) {
    var simulated = (in.u8() & SIMULATED) != 0;
    var bootId = in.i64();
    var sequence = in.i64();
    var at = Instant.ofEpochMilli(in.i64());
    var interval = Duration.ofMillis(in.i32());
    var headline = new Headline(in.i32(), in.f64(), in.f64(), in.f64(), in.f64());
    var hostId = in.text();
    var clientId = in.text();
    require(sequence > 0, "sequence=" + sequence);
    require(interval.toMillis() > 0, "interval=" + interval);
    require(headline.gpuCount() >= 0, "gpu count=" + headline.gpuCount());
    require(!hostId.isBlank(), "host is blank");
    return new FrameHead(hostId, clientId, bootId, sequence, at, interval, simulated, headline);
  }

  /**
   * Sections that this version does not know, and bytes after the last one, are skipped: a newer
   * collector may send more.
   */
  private static Map<Section, byte[]> sections(Cursor in) {
    var sections = new EnumMap<Section, byte[]>(Section.class);
    for (var left = in.u8(); left > 0; left--) {
      var section = SECTIONS.get(in.text());
      var json = in.block();
      if (section != null) {
        require(isArray(json), section.key() + " is no JSON array");
        sections.put(section, json);
      }
    }
    return sections;
  }

  /** Not the whole grammar: only what splicing leans on, since every frame passes here. */
  private static boolean isArray(byte[] json) {
    return json.length >= 2 && json[0] == '[' && json[json.length - 1] == ']';
  }

  private static void require(boolean sound, String trouble) {
    if (!sound) {
      throw new IllegalArgumentException("frame is malformed: " + trouble);
    }
  }

  private static void encode(Buffer wire, Headline headline) {
    wire.appendInt(headline.gpuCount());
    wire.appendDouble(headline.gpuUtilizationPercent().orElse(Double.NaN));
    wire.appendDouble(headline.gpuPowerWatts().orElse(Double.NaN));
    wire.appendDouble(headline.cpuUtilizationPercent().orElse(Double.NaN));
    wire.appendDouble(headline.memoryUtilizationPercent().orElse(Double.NaN));
  }

  private static void block(Buffer wire, byte[] bytes) {
    wire.appendInt(bytes.length).appendBytes(bytes);
  }

  /**
   * Reads on from a position; a length that does not fit the buffer is refused before anything is
   * allocated.
   */
  private static final class Cursor {
    private final Buffer wire;
    private int position;

    Cursor(Buffer wire, int position) {
      this.wire = wire;
      this.position = position;
    }

    int u8() {
      return wire.getByte(advance(1)) & 0xFF;
    }

    int i32() {
      return wire.getInt(advance(4));
    }

    long i64() {
      return wire.getLong(advance(8));
    }

    OptionalDouble f64() {
      var value = wire.getDouble(advance(8));
      return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
    }

    String text() {
      return new String(block(), UTF_8);
    }

    byte[] block() {
      var length = i32();
      var start = advance(length);
      return wire.getBytes(start, start + length);
    }

    private int advance(int length) {
      var start = position;
      if (length < 0 || length > wire.length() - start) {
        throw new IllegalArgumentException(
            "frame is cut short at byte " + start + " of " + wire.length());
      }
      position = start + length;
      return start;
    }
  }
}
