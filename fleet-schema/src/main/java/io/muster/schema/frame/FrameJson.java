package io.muster.schema.frame;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.schema.json.WireJson;
import io.muster.schema.json.WireTime;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.List;

/**
 * The JSON object of a frame, spliced from sections that are JSON already. Keys are in alphabetical
 * order, {@code errors} is left out when empty, {@code simulated} is left out unless true, and a
 * section that was not asked for or not collected is absent. One line, no trailing newline.
 *
 * <pre>
 * {@code {"chassis":[...],"cpus":[...],"gpus":[...],"hostname":"a","memory":[...],"schema":1,"timestamp":"..."}}
 * </pre>
 */
public final class FrameJson {
  /** Version of the shape; raised by a breaking change only. */
  public static final int SCHEMA = 1;

  private static final byte[] EMPTY = "[]".getBytes(UTF_8);
  private static final byte[] COMMA = ",".getBytes(UTF_8);
  private static final byte[] NOTHING = new byte[0];

  private FrameJson() {}

  /** The frame of one host. */
  public static byte[] ofHost(EncodedFrame frame, Include include) {
    return of(frame.head().hostId(), frame.head().at(), List.of(frame), frame.errors(), include);
  }

  /**
   * The frames of several hosts as one: every section is the concatenation of the hosts' sections,
   * in the order given.
   *
   * @param hostname what the frame speaks for: the cluster's name
   * @param at instant of the newest frame in it
   * @param errors of the frames, and of hosts that are absent
   */
  public static byte[] of(
      String hostname,
      Instant at,
      List<EncodedFrame> frames,
      List<SectionError> errors,
      Include include) {
    var json = new ByteArrayOutputStream(sizeOf(frames, include));
    json.write('{');
    array(json, Section.CHASSIS, frames, include);
    array(json, Section.CPU, frames, include);
    if (!errors.isEmpty()) {
      member(json, "errors", WireJson.bytes(errors));
    }
    array(json, Section.GPU, frames, include);
    member(json, "hostname", WireJson.bytes(hostname));
    array(json, Section.MEMORY, frames, include);
    array(json, Section.PROCESS, frames, include);
    member(json, "schema", Integer.toString(SCHEMA).getBytes(UTF_8));
    if (frames.stream().anyMatch(frame -> frame.head().simulated())) {
      member(json, "simulated", "true".getBytes(UTF_8));
    }
    array(json, Section.STORAGE, frames, include);
    member(json, "timestamp", WireJson.bytes(WireTime.utcSeconds(at)));
    json.write('}');
    return json.toByteArray();
  }

  private static void array(
      ByteArrayOutputStream json, Section section, List<EncodedFrame> frames, Include include) {
    if (!include.contains(section)
        || frames.stream().noneMatch(frame -> frame.section(section).isPresent())) {
      return;
    }
    key(json, section.key());
    json.write('[');
    var first = json.size();
    for (var frame : frames) {
      var entries = frame.section(section).orElse(EMPTY);
      if (entries.length > EMPTY.length) {
        json.writeBytes(json.size() > first ? COMMA : NOTHING);
        json.write(entries, 1, entries.length - EMPTY.length);
      }
    }
    json.write(']');
  }

  private static void member(ByteArrayOutputStream json, String key, byte[] value) {
    key(json, key);
    json.writeBytes(value);
  }

  private static void key(ByteArrayOutputStream json, String key) {
    if (json.size() > 1) {
      json.write(',');
    }
    json.write('"');
    json.writeBytes(key.getBytes(UTF_8));
    json.write('"');
    json.write(':');
  }

  private static int sizeOf(List<EncodedFrame> frames, Include include) {
    var size = 256;
    for (var frame : frames) {
      for (var section : include.sections()) {
        size += frame.section(section).map(json -> json.length).orElse(0);
      }
    }
    return size;
  }
}
