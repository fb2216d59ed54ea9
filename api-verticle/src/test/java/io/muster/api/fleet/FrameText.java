package io.muster.api.fleet;

import io.muster.api.fleet.FrameBytes.EventIdFormat;
import io.muster.api.stream.ChunkText;
import io.muster.schema.frame.SectionSelection;

/** The text of a frame. */
public final class FrameText {
  private static final String DATA = "\ndata: ";

  private FrameText() {}

  /** Returns the frame as JSON. */
  public static String json(FleetFrame frame) {
    var event = event(frame, EventIdFormat.TIMESTAMP);
    return event.substring(event.indexOf(DATA) + DATA.length()).strip();
  }

  static String event(FleetFrame frame, EventIdFormat id) {
    return ChunkText.of(frame.bytes(SectionSelection.DEFAULT).event(id, false));
  }
}
