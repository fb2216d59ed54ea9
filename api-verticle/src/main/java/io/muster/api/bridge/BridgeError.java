package io.muster.api.bridge;

import java.util.Locale;

/**
 * The errors of the bridge; the client gets the name in lower case, as from Vert.x's own bridge.
 */
enum BridgeError {
  /** The message is not a JSON object. */
  INVALID_JSON,
  /** The message has no type. */
  MISSING_TYPE,
  /** The message has no address. */
  MISSING_ADDRESS,
  /** The type is unknown. */
  INVALID_TYPE,
  /** The address is not one of this bridge, or does not accept messages of this type. */
  ACCESS_DENIED,
  /** The address is longer than any of this bridge. */
  MAX_ADDRESS_LENGTH_REACHED,
  /** The session is registered to as many addresses as it may be. */
  MAX_HANDLERS_REACHED,
  /** The session is registered to the address already. */
  ADDRESS_ALREADY_REGISTERED,
  /** The reply address is longer than those that clients create. */
  INVALID_REPLY_ADDRESS;

  String body() {
    return name().toLowerCase(Locale.ROOT);
  }
}
