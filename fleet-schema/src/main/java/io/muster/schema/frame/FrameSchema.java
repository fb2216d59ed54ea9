package io.muster.schema.frame;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;

/**
 * The JSON Schema (2020-12) of a frame: every key with its type, range, unit ({@code x-unit}) and
 * the number that stands for a missing reading ({@code x-sentinel}).
 */
public final class FrameSchema {
  private static final String RESOURCE = "/schema/frame.json";

  private FrameSchema() {}

  /** Returns the document as UTF-8 JSON. */
  public static byte[] json() {
    try (var stream = FrameSchema.class.getResourceAsStream(RESOURCE)) {
      return Objects.requireNonNull(stream, RESOURCE).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE, e);
    }
  }
}
