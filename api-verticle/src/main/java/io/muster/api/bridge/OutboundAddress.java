package io.muster.api.bridge;

import io.muster.api.fleet.FleetFrame;
import io.muster.api.state.FleetState;
import java.util.Optional;

/**
 * An address, or a family of addresses, to which sessions may register. Registrations exist on this
 * event loop only: nothing is registered on the event bus. Confined to one event loop.
 */
public interface OutboundAddress {
  /** Returns true if the address is this one or one of the family. */
  boolean matches(String address);

  /**
   * Adds a registration to a matching address.
   *
   * @param onReady called whenever {@link SessionRegistration#next} may have a message, also during
   *     this call
   */
  SessionRegistration register(String address, Runnable onReady);

  /**
   * Receives each frame that the node publishes.
   *
   * @param scope the only host in the frame; empty for the default frame of the node
   */
  default void onFrame(Optional<String> scope, FleetFrame frame) {}

  /** Receives each fleet state that the node publishes. */
  default void onState(FleetState state) {}

  /** The registration of one session: its position in the messages of an address, not a queue. */
  interface SessionRegistration {
    /** Returns the next message for the session, which can take one; empty if there is none now. */
    Optional<BridgeMessage> next();

    /** Removes the registration. */
    void close();
  }
}
