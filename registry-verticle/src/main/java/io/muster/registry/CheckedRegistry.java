package io.muster.registry;

import io.muster.bus.FleetException;
import io.muster.bus.service.Pages;
import io.muster.bus.service.RegistryService;
import io.muster.registry.client.PostgresClients;
import io.muster.registry.model.PostgresModels;
import io.muster.schema.client.ClientDetail;
import io.muster.schema.client.ClientEdit;
import io.muster.schema.client.ClientKey;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.ClientRegistration;
import io.muster.schema.client.ClientTotal;
import io.muster.schema.model.ModelQuery;
import io.muster.schema.model.ModelRegistration;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Refuses what is malformed, and hands the rest to the clients and the models. Several registries
 * may run; they share nothing but the database. Any context may call.
 */
final class CheckedRegistry implements RegistryService {
  private final PostgresClients clients;
  private final PostgresModels models;

  CheckedRegistry(PostgresClients clients, PostgresModels models) {
    this.clients = clients;
    this.models = models;
  }

  @Override
  public Future<Void> register(ClientRegistration registration) {
    return unless(RequestCheck.refusal(registration), () -> clients.register(registration));
  }

  @Override
  public Future<Void> announce(ClientRegistration registration) {
    return unless(RequestCheck.refusal(registration), () -> clients.announce(registration));
  }

  @Override
  public Future<Void> edit(ClientEdit edit) {
    return unless(RequestCheck.refusal(edit), () -> clients.edit(edit));
  }

  @Override
  public Future<Pages<ClientTotal>> clients(ClientQuery query) {
    return unless(RequestCheck.refusal(query), () -> clients.list(query));
  }

  @Override
  public Future<ClientDetail> client(ClientKey key) {
    return unless(RequestCheck.refusal(key), () -> clients.detail(key));
  }

  @Override
  public Future<Void> registerModel(ModelRegistration registration) {
    return unless(RequestCheck.refusal(registration), () -> models.register(registration));
  }

  @Override
  public Future<Pages<String>> models(ModelQuery query) {
    return models.list(query);
  }

  private static <T> Future<T> unless(Optional<FleetException> refusal, Supplier<Future<T>> work) {
    return refusal.<Future<T>>map(Future::failedFuture).orElseGet(work);
  }
}
