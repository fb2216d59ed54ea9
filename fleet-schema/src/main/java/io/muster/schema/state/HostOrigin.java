package io.muster.schema.state;

import com.fasterxml.jackson.annotation.JsonValue;
import io.muster.schema.frame.FrameHeader;
import java.util.Locale;

/** The origin of the readings of a host. Origins may be added. */
public enum HostOrigin {
  HARDWARE,
  SIMULATED,
  /** From a recording. */
  REPLAYED;

  /** Returns the origin that a frame names. */
  static HostOrigin of(FrameHeader header) {
    return header.isSimulated() ? SIMULATED : HARDWARE;
  }

  @JsonValue
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
