package io.muster.bus.service;

import io.muster.schema.client.ClientList;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.ClientRegistration;
import io.vertx.core.Future;

/**
 * Knows the clients. Answered by any registry; fails with {@code UNAVAILABLE} without a database.
 */
public interface RegistryService {
  /**
   * Registers a client as a person does: creates it, or updates name, status and operating system
   * of one that the same user owns. Fails with {@code INVALID_ARGUMENT} when another user owns it.
   */
  Future<Void> register(ClientRegistration registration);

  /**
   * Registers a client as its own collector does at every start: creates it when it is new. Of one
   * that is there it changes the owner, for a host's own settings say whose it is, and leaves what
   * a person edited. Fails with {@code INVALID_ARGUMENT} when a text is too long or malformed.
   */
  Future<Void> announce(ClientRegistration registration);

  /** The clients that match, by time of creation. */
  Future<ClientList> clients(ClientQuery query);
}
