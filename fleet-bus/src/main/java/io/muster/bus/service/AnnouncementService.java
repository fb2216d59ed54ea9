package io.muster.bus.service;

import io.muster.schema.client.ClientRegistration;
import io.vertx.core.Future;

/** The part of the registry service that a collector uses. */
public interface AnnouncementService {
  /**
   * Registers the host of a collector as a client, at every start of the collector: creates the
   * client if it is new. For an existing client, changes the owner, which the settings of the host
   * determine, adds a missing operating system, and leaves edited fields unchanged. Fails with
   * {@code INVALID_ARGUMENT} if a text is too long or malformed.
   */
  Future<Void> announce(ClientRegistration registration);
}
