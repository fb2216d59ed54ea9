package io.muster.registry;

import io.muster.bus.FleetException;
import io.muster.bus.service.RegistryService;
import io.muster.bus.transport.NoHead;
import io.muster.bus.transport.Pages;
import io.muster.registry.client.PostgresClientStore;
import io.muster.registry.client.PostgresDeviceStore;
import io.muster.registry.client.PostgresHostStore;
import io.muster.registry.model.PostgresModelStore;
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
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Rejects invalid requests and passes the others to the stores of clients, hosts, devices and
 * models. Several registries may run; they share nothing but the database. Safe for use by any
 * context.
 */
final class ValidatingRegistryService implements RegistryService {
  private final PostgresClientStore clients;
  private final PostgresHostStore hosts;
  private final PostgresDeviceStore devices;
  private final PostgresModelStore models;

  ValidatingRegistryService(
      PostgresClientStore clients,
      PostgresHostStore hosts,
      PostgresDeviceStore devices,
      PostgresModelStore models) {
    this.clients = clients;
    this.hosts = hosts;
    this.devices = devices;
    this.models = models;
  }

  @Override
  public Future<Void> register(ClientRegistration registration) {
    return runIfValid(
        RequestValidator.rejection(registration), () -> clients.register(registration));
  }

  @Override
  public Future<Void> announce(ClientRegistration registration) {
    return runIfValid(
        RequestValidator.rejection(registration), () -> clients.announce(registration));
  }

  @Override
  public Future<Void> edit(ClientEdit edit) {
    return runIfValid(RequestValidator.rejection(edit), () -> clients.edit(edit));
  }

  @Override
  public Future<Pages<ClientTotal, ClientSummary>> clients(ClientQuery query) {
    return runIfValid(RequestValidator.rejection(query), () -> clients.list(query));
  }

  @Override
  public Future<ClientDetail> client(ClientKey key) {
    return runIfValid(RequestValidator.rejection(key), () -> clients.detail(key));
  }

  @Override
  public Future<RegisteredHostPage> hosts(RegisteredHostQuery query) {
    return runIfValid(RequestValidator.rejection(query), () -> hosts.list(query));
  }

  @Override
  public Future<RegisteredHost> host(String idOrName) {
    return runIfValid(RequestValidator.hostRejection(idOrName), () -> hosts.find(idOrName));
  }

  @Override
  public Future<RegisteredDevicePage> devices(RegisteredDeviceQuery query) {
    return runIfValid(RequestValidator.rejection(query), () -> devices.list(query));
  }

  @Override
  public Future<Void> deleteHost(String clientId) {
    return runIfValid(RequestValidator.clientIdRejection(clientId), () -> hosts.delete(clientId));
  }

  @Override
  public Future<Void> registerModel(ModelRegistration registration) {
    return runIfValid(
        RequestValidator.rejection(registration), () -> models.register(registration));
  }

  @Override
  public Future<Void> deleteModel(ModelId model) {
    return models.delete(model);
  }

  @Override
  public Future<Pages<NoHead, Model>> models(ModelQuery query) {
    return models.list(query);
  }

  private static <T> Future<T> runIfValid(
      Optional<FleetException> rejection, Supplier<Future<T>> call) {
    return rejection.<Future<T>>map(Future::failedFuture).orElseGet(call);
  }
}
