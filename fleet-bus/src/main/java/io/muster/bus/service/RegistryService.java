package io.muster.bus.service;

import io.muster.schema.client.ClientDetail;
import io.muster.schema.client.ClientEdit;
import io.muster.schema.client.ClientKey;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.ClientRegistration;
import io.muster.schema.client.ClientTotal;
import io.muster.schema.model.ModelQuery;
import io.muster.schema.model.ModelRegistration;
import io.vertx.core.Future;

/**
 * Knows the clients and the models. Answered by any registry; fails with {@code UNAVAILABLE}
 * without a database.
 */
public interface RegistryService extends AnnouncementService {
  /**
   * Registers a client as a person does: creates it, or updates name, status and operating system
   * of one that the same user owns. Fails with {@code INVALID_ARGUMENT} when another user owns it.
   */
  Future<Void> register(ClientRegistration registration);

  /**
   * Changes what is given of a client. Fails with {@code CLIENT_UNKNOWN} when the user has no such
   * client.
   */
  Future<Void> edit(ClientEdit edit);

  /** The clients that match as {@code ClientSummary}s, by time of creation. */
  Future<Pages<ClientTotal>> clients(ClientQuery query);

  /**
   * One client closely. Fails with {@code CLIENT_UNKNOWN} when the user has no such client, or it
   * is not valid.
   */
  Future<ClientDetail> client(ClientKey key);

  /** Creates the version of a model, or replaces what was registered of it. */
  Future<Void> registerModel(ModelRegistration registration);

  /**
   * The models that match as {@code Model}s, those that need most GPU memory first. Their head says
   * nothing.
   */
  Future<Pages<String>> models(ModelQuery query);
}
