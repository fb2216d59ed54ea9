package io.muster.bus.service;

import io.muster.bus.transport.NoHead;
import io.muster.bus.transport.Pages;
import io.muster.schema.client.ClientDetail;
import io.muster.schema.client.ClientEdit;
import io.muster.schema.client.ClientKey;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.ClientRegistration;
import io.muster.schema.client.ClientSummary;
import io.muster.schema.client.ClientTotal;
import io.muster.schema.client.RegisteredDevicePage;
import io.muster.schema.client.RegisteredDeviceQuery;
import io.muster.schema.client.RegisteredHost;
import io.muster.schema.client.RegisteredHostPage;
import io.muster.schema.client.RegisteredHostQuery;
import io.muster.schema.model.Model;
import io.muster.schema.model.ModelId;
import io.muster.schema.model.ModelQuery;
import io.muster.schema.model.ModelRegistration;
import io.vertx.core.Future;

/**
 * The registry of clients and models. Served by any registry; fails with {@code UNAVAILABLE}
 * without a database.
 */
public interface RegistryService extends AnnouncementService {
  /**
   * Registers a client on behalf of a user: creates it, or updates name, status and operating
   * system of a client that the same user owns. Fails with {@code INVALID_ARGUMENT} if another user
   * owns it, or if it is deleted.
   */
  Future<Void> register(ClientRegistration registration);

  /**
   * Changes the given fields of a client. Fails with {@code CLIENT_UNKNOWN} if the user has no such
   * client.
   */
  Future<Void> edit(ClientEdit edit);

  /** Returns the clients that match, sorted by time of creation. */
  Future<Pages<ClientTotal, ClientSummary>> clients(ClientQuery query);

  /**
   * Returns the details of one client. Fails with {@code CLIENT_UNKNOWN} if the user has no such
   * client, or it is not valid.
   */
  Future<ClientDetail> client(ClientKey key);

  /**
   * Returns hosts of all owners. Fails with {@code INVALID_ARGUMENT} if the cursor does not
   * continue a list with this order.
   */
  Future<RegisteredHostPage> hosts(RegisteredHostQuery query);

  /**
   * Returns the host with a client id or a name. Fails with {@code CLIENT_UNKNOWN} if there is
   * none, and with {@code INVALID_ARGUMENT} if several have the name.
   */
  Future<RegisteredHost> host(String idOrName);

  /**
   * Returns the current accelerators of all hosts. Fails with {@code INVALID_ARGUMENT} if the
   * cursor does not continue a list with this order.
   */
  Future<RegisteredDevicePage> devices(RegisteredDeviceQuery query);

  /**
   * Deletes the client with an id, and its history. Heartbeats of the client are unknown from the
   * beginning; a deletion that did not complete may be repeated. Fails with {@code CLIENT_UNKNOWN}
   * if there is none.
   */
  Future<Void> deleteHost(String clientId);

  /** Creates the version of a model, or replaces its registration. */
  Future<Void> registerModel(ModelRegistration registration);

  /** Deletes one version of a model. Fails with {@code MODEL_UNKNOWN} if there is none. */
  Future<Void> deleteModel(ModelId model);

  /** Returns the models that match, those that require most GPU memory first. */
  Future<Pages<NoHead, Model>> models(ModelQuery query);
}
