package io.muster.api.state;

import java.util.Optional;

/**
 * The position of a subscriber in a stream of states; its text {@code EPOCH-SEQUENCE} is the id of
 * an event.
 *
 * @param epoch identity of the stream
 * @param sequence number of the last state that the subscriber received
 */
public record StatePosition(String epoch, long sequence) {
  /** Parses the id of an event; empty if it is not one of this form. */
  public static Optional<StatePosition> parse(String id) {
    var dash = id.lastIndexOf('-');
    try {
      return dash < 0
          ? Optional.empty()
          : Optional.of(
              new StatePosition(id.substring(0, dash), Long.parseLong(id.substring(dash + 1))));
    } catch (NumberFormatException foreignId) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return epoch + "-" + sequence;
  }
}
