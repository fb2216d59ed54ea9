package io.muster.bus.service;

import io.muster.schema.client.ClientRegistration;
import io.vertx.core.Future;

/** What a collector wants of a registry. */
public interface AnnouncementService {
  /**
   * Registers a client as its own collector does at every start: creates it when it is new. Of one
   * that is there it changes the owner, for a host's own settings say whose it is, and leaves what
   * a person edited. Fails with {@code INVALID_ARGUMENT} when a text is too long or malformed.
   */
  Future<Void> announce(ClientRegistration registration);
}
