package io.muster.api.fanout;

import io.muster.schema.frame.SectionSelection;
import java.util.Optional;

/** One open stream. Called on the event loop of its connection only. */
public interface Subscriber {
  /** The only host whose frames it receives; empty for the default frame of the node. */
  Optional<String> host();

  /** The sections that it receives. */
  SectionSelection include();

  /** Takes frames from its mailbox. Must not block. */
  void drain(Mailbox mailbox);

  /** Called each second: writes a keep-alive comment if it is due. */
  void onSecondElapsed();

  /** Ends the stream because the node is stopping. */
  void close();
}
