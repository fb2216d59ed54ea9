package io.muster.api.fanout;

import io.muster.schema.frame.SectionSelection;
import java.util.Optional;

/** One open stream. All calls come on the context of the hub. */
public interface Subscriber {
  /** The one host that it follows; empty for whatever the node shows by default. */
  Optional<String> host();

  /** The sections that it wants. */
  SectionSelection include();

  /** Something is in its mailbox. Must not wait. */
  void drain(Mailbox mailbox);

  /** A second has passed: time for a sign of life, if it is due. */
  void tick();

  /** The node stops: end the stream. */
  void close();
}
