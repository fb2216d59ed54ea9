package io.muster.schema.frame;

import com.fasterxml.jackson.core.type.TypeReference;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.host.Chassis;
import io.muster.schema.host.Cpu;
import io.muster.schema.host.Memory;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.host.Storage;
import io.muster.schema.json.ForwardedJson;
import io.muster.schema.json.WireJson;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A frame whose sections are JSON arrays in UTF-8, encoded once by the collector and only spliced
 * afterwards. Callers must not write into the arrays. The typed sections are decoded on first use.
 * Safe for use by any thread.
 */
public final class EncodedFrame {
  private final FrameHeader header;
  private final Map<Section, byte[]> sections;
  private final List<SectionError> errors;
  private volatile @Nullable Readings readings;

  /** Creates a frame that was received from the bus. The arrays are not copied. */
  public EncodedFrame(
      FrameHeader header, Map<Section, byte[]> sections, List<SectionError> errors) {
    this.header = header;
    var ordered = new EnumMap<Section, byte[]>(Section.class);
    ordered.putAll(sections);
    this.sections = Collections.unmodifiableMap(ordered);
    this.errors = List.copyOf(errors);
  }

  /** Encodes the sections that were collected. */
  public static EncodedFrame of(
      FrameHeader header,
      Readings readings,
      Set<Section> collectedSections,
      List<SectionError> errors) {
    var sections = new EnumMap<Section, byte[]>(Section.class);
    for (var section : collectedSections) {
      sections.put(section, WireJson.bytes(readings.entries(section)));
    }
    var frame = new EncodedFrame(header, sections, errors);
    frame.readings = readings;
    return frame;
  }

  public FrameHeader header() {
    return header;
  }

  /** Returns the JSON array of the section; empty if it was not collected. */
  public Optional<byte[]> section(Section section) {
    return Optional.ofNullable(sections.get(section));
  }

  /** Returns the sections that were collected, in wire order. */
  public Map<Section, byte[]> sections() {
    return sections;
  }

  public List<SectionError> errors() {
    return errors;
  }

  /** Returns the size of all sections, bytes. */
  public int sizeBytes() {
    return sections.values().stream().mapToInt(json -> json.length).sum();
  }

  /**
   * Returns the typed sections. Throws {@link IllegalArgumentException} if the JSON of a section
   * does not fit its type.
   */
  public Readings readings() {
    var decoded = readings;
    if (decoded == null) {
      decoded = decode(WireJson::read);
      readings = decoded;
    }
    return decoded;
  }

  /**
   * Decodes a frame from another node, whose sections are forwarded, for all later calls of {@link
   * #readings}. Throws {@link IllegalArgumentException} if a section is not an array that {@link
   * ForwardedJson} accepts, or does not fit its type.
   */
  public Readings decodeForwarded() {
    var decoded = decode(ForwardedJson::readArray);
    readings = decoded;
    return decoded;
  }

  private Readings decode(ArrayReader reader) {
    return new Readings(
        decodeSection(Section.GPU, new TypeReference<List<Gpu>>() {}, reader),
        decodeSection(Section.CPU, new TypeReference<List<Cpu>>() {}, reader),
        decodeSection(Section.MEMORY, new TypeReference<List<Memory>>() {}, reader),
        decodeSection(Section.CHASSIS, new TypeReference<List<Chassis>>() {}, reader),
        decodeSection(Section.PROCESS, new TypeReference<List<ProcessEntry>>() {}, reader),
        decodeSection(Section.STORAGE, new TypeReference<List<Storage>>() {}, reader));
  }

  private <T> List<T> decodeSection(
      Section section, TypeReference<List<T>> type, ArrayReader reader) {
    try {
      return section(section).map(json -> reader.read(json, type)).orElse(List.of());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(section.key() + ": " + e.getMessage(), e);
    }
  }

  /** Reads the array of a section. */
  private interface ArrayReader {
    <T> List<T> read(byte[] json, TypeReference<List<T>> type);
  }
}
