package io.muster.registry;

import io.muster.bus.Address;
import io.muster.bus.service.RegistryService;
import io.muster.registry.client.PostgresClientStore;
import io.muster.registry.client.PostgresDeviceStore;
import io.muster.registry.client.PostgresHostStore;
import io.muster.registry.model.PostgresModelStore;
import io.muster.runtime.database.Database;
import io.muster.runtime.node.Node;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** The registry role: serves {@link RegistryService} from PostgreSQL. */
public final class RegistryVerticle extends VerticleBase {
  private final RegistryConfig config;
  private final Node node;
  private final Database database;

  public RegistryVerticle(RegistryConfig config, Node node, Database database) {
    this.config = config;
    this.node = node;
    this.database = database;
  }

  @Override
  public Future<?> start() {
    var clock = node.clocks().wallClock();
    var service =
        new ValidatingRegistryService(
            new PostgresClientStore(database, config.healthFormula(), clock),
            new PostgresHostStore(database, config.healthFormula(), clock),
            new PostgresDeviceStore(database),
            new PostgresModelStore(database, clock));
    return node.services().register(Address.REGISTRY, RegistryService.class, service);
  }
}
