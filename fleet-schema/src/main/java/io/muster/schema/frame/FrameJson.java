package io.muster.schema.frame;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.muster.schema.json.WireJson;
import io.muster.schema.json.WireTime;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.List;

/**
 * The JSON object of a frame, spliced from sections that are already JSON. Keys are in alphabetical
 * order, {@code errors} is left out when empty, {@code simulated} is left out unless true, and a
 * section that was not requested or not collected is absent. One line, no trailing newline.
 *
 * <pre>
 * {@code {"chassis":[...],"cpus":[...],"gpus":[...],"hostname":"a","memory":[...],"schema":1,"timestamp":"..."}}
 * </pre>
 */
public final class FrameJson {
  /** Version of the JSON schema; only a breaking change increments it. */
  public static final int SCHEMA_VERSION = 1;

  private static final byte[] EMPTY_ARRAY = "[]".getBytes(UTF_8);
  private static final byte[] COMMA = ",".getBytes(UTF_8);
  private static final byte[] NO_BYTES = new byte[0];

  private FrameJson() {}

  /** Returns the frame of one host. */
  public static byte[] ofHost(EncodedFrame frame, SectionSelection selection) {
    return of(
        frame.header().hostId(),
        frame.header().sampledAt(),
        List.of(frame),
        frame.errors(),
        selection);
  }

  /**
   * Returns the frames of several hosts as one: every section is the concatenation of the hosts'
   * sections, in the order given.
   *
   * @param hostname name of the cluster, or of the host if there is one frame
   * @param timestamp instant of the newest of the frames
   * @param errors errors of the frames, and of absent hosts
   */
  public static byte[] of(
      String hostname,
      Instant timestamp,
      List<EncodedFrame> frames,
      List<SectionError> errors,
      SectionSelection selection) {
    var json = new ByteArrayOutputStream(estimateSizeBytes(frames, selection));
    json.write('{');
    writeSection(json, Section.CHASSIS, frames, selection);
    writeSection(json, Section.CPU, frames, selection);
    if (!errors.isEmpty()) {
      writeMember(json, "errors", WireJson.bytes(errors));
    }
    writeSection(json, Section.GPU, frames, selection);
    writeMember(json, "hostname", WireJson.bytes(hostname));
    writeSection(json, Section.MEMORY, frames, selection);
    writeSection(json, Section.PROCESS, frames, selection);
    writeMember(json, "schema", Integer.toString(SCHEMA_VERSION).getBytes(UTF_8));
    if (frames.stream().anyMatch(frame -> frame.header().isSimulated())) {
      writeMember(json, "simulated", "true".getBytes(UTF_8));
    }
    writeSection(json, Section.STORAGE, frames, selection);
    writeMember(json, "timestamp", WireJson.bytes(WireTime.utcSeconds(timestamp)));
    json.write('}');
    return json.toByteArray();
  }

  private static void writeSection(
      ByteArrayOutputStream json,
      Section section,
      List<EncodedFrame> frames,
      SectionSelection selection) {
    if (!selection.contains(section)
        || frames.stream().noneMatch(frame -> frame.section(section).isPresent())) {
      return;
    }
    writeKey(json, section.key());
    json.write('[');
    var firstEntryOffset = json.size();
    for (var frame : frames) {
      var entries = frame.section(section).orElse(EMPTY_ARRAY);
      if (entries.length > EMPTY_ARRAY.length) {
        json.writeBytes(json.size() > firstEntryOffset ? COMMA : NO_BYTES);
        json.write(entries, 1, entries.length - EMPTY_ARRAY.length);
      }
    }
    json.write(']');
  }

  private static void writeMember(ByteArrayOutputStream json, String key, byte[] value) {
    writeKey(json, key);
    json.writeBytes(value);
  }

  private static void writeKey(ByteArrayOutputStream json, String key) {
    if (json.size() > 1) {
      json.write(',');
    }
    json.write('"');
    json.writeBytes(key.getBytes(UTF_8));
    json.write('"');
    json.write(':');
  }

  private static int estimateSizeBytes(List<EncodedFrame> frames, SectionSelection selection) {
    var sizeBytes = 256;
    for (var frame : frames) {
      for (var section : selection.sections()) {
        sizeBytes += frame.section(section).map(json -> json.length).orElse(0);
      }
    }
    return sizeBytes;
  }
}
